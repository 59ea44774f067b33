using System.Runtime.InteropServices;

namespace Jaga.Media.Decoding;

/// <summary>
/// Takes from this process whatever decoding does not need, for good: no files, no network, no other processes, no new
/// privileges, a bounded memory, no core dumps. Decoders are large C programs fed by strangers; one of them subverted should
/// find nothing to take and nobody to call.
/// </summary>
/// <remarks>
/// The filter is a list of what is allowed (seccomp, by libseccomp); every other system call fails with EPERM and the runtime copes.
/// It is laid on all threads at once, after everything has been loaded that decoding will ever use, because afterwards no file opens.
/// New threads may start, new processes may not: <c>clone</c> is allowed with CLONE_THREAD only, and <c>clone3</c>, whose flags a filter
/// cannot see, fails as unknown so that the C library falls back to <c>clone</c>.
/// </remarks>
internal static partial class Sandbox
{
    private const int RlimitCpu = 0, RlimitData = 2, RlimitCore = 4, RlimitFiles = 7;
    private const int SetPipeSize = 1031;
    private const int Nobody = 65534;
    private const int Eperm = 1, Enosys = 38;
    private const uint Allow = 0x7fff0000, ErrnoOf = 0x00050000;
    private const int TsyncAttribute = 4;
    private const int Equal = 4, MaskedEqual = 7;
    private const ulong CloneThread = 0x10000;
    private const ulong OpensForWriting = 0x1 | 0x2 | 0x40; // O_WRONLY, O_RDWR, O_CREAT

    private static readonly string[] Allowed =
    [
        // the pipes
        "read", "readv", "write", "writev", "close", "lseek", "fstat", "poll", "ppoll",
        // memory
        "mmap", "munmap", "mprotect", "mremap", "madvise", "brk", "mincore", "membarrier", "get_mempolicy",
        // threads and signals of this process; each of the runtime's threads makes itself a pipe
        "futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "arch_prctl", "sched_yield",
        "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min", "sched_setscheduler", "pipe2", "getpid", "gettid", "getcpu",
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "sigaltstack", "restart_syscall", "exit", "exit_group",
        // clocks, chance, and how much is left
        "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "alarm", "setitimer", "getrandom",
        "sysinfo", "getrusage", "times", "getrlimit", "getuid", "geteuid", "getgid", "getegid",
    ];

    /// <summary>What a program needs besides, to be run, to load its libraries, and to read one file.</summary>
    private static readonly string[] AllowedToProgram =
    [
        "execve", "access", "faccessat", "faccessat2", "newfstatat", "stat", "lstat", "statx", "statfs", "fstatfs", "readlink", "readlinkat", "getcwd",
        "getdents64", "pread64", "fcntl", "ioctl", "dup", "dup2", "uname", "sysinfo", "getppid", "getpgrp", "umask", "select", "pselect6", "eventfd2", "fadvise64", "mlock",
    ];

    /// <summary>Bounds private memory and forbids core dumps, which would hold the picture.</summary>
    public static void Limit(long memoryBytes)
    {
        SetLimit(RlimitData, (ulong)memoryBytes);
        SetLimit(RlimitCore, 0);
    }

    /// <summary>Bounds a program that is to be run in this process's place: memory, processor time, open files; and it writes none.</summary>
    public static void LimitProgram(long memoryBytes, int cpuSeconds)
    {
        Limit(memoryBytes);
        SetLimit(RlimitCpu, (ulong)cpuSeconds);
        SetLimit(RlimitFiles, 64);
    }

    /// <summary>
    /// As <see cref="Lock"/>, for a program that is to be run in this process's place: it may read files and start threads, but
    /// not write files, reach the network, or start processes. Ends with the program or with the sentence that says why not.
    /// </summary>
    public static unsafe string RunLocked(string program, IReadOnlyList<string> arguments, bool allowUnsandboxed, params string[] environment)
    {
        if (LeaveRoot() is { } root)
        {
            return root;
        }

        if (TryFilter(forProgram: true) is { } why && !allowUnsandboxed)
        {
            return why;
        }

        var argv = stackalloc byte*[arguments.Count + 2];
        for (var i = 0; i <= arguments.Count; i++)
        {
            argv[i] = (byte*)Marshal.StringToCoTaskMemUTF8(i == 0 ? program : arguments[i - 1]);
        }

        argv[arguments.Count + 1] = null;
        var names = stackalloc byte*[environment.Length + 1];
        for (var i = 0; i < environment.Length; i++)
        {
            names[i] = (byte*)Marshal.StringToCoTaskMemUTF8(environment[i]);
        }

        names[environment.Length] = null;
        _ = execve(program, argv, names);
        return $"{program} could not be run (error {Marshal.GetLastPInvokeError()}).";
    }

    /// <summary>A file in memory with these bytes, at its beginning, which a program run in this process's place inherits; its number.</summary>
    public static int FileInMemory()
    {
        var number = memfd_create("video", 0);
        return number >= 0 ? number : throw new InvalidOperationException($"No file in memory could be made (error {Marshal.GetLastPInvokeError()}).");
    }

    /// <summary>Goes to the account nobody if this is root, and lays the filter. There is no way back.</summary>
    /// <returns>Null if it holds; otherwise the sentence that says why it does not.</returns>
    public static string? Lock()
    {
        if (LeaveRoot() is { } root)
        {
            return root;
        }

        if (TryFilter(forProgram: false) is { } why)
        {
            return why;
        }

        var open = Probe().Where(p => p.Error != Eperm).Select(p => p.What).ToList();
        return open.Count == 0 ? null : $"The filter is laid but does not hold: {string.Join(", ", open)}.";
    }

    /// <summary>Tries what is forbidden: the error number of each, 0 where it was possible after all.</summary>
    public static unsafe IReadOnlyList<(string What, int Error)> Probe()
    {
        int* pair = stackalloc int[2];
        return
        [
            ("open a file", Try(open("/etc/hostname", 0, 0))),
            ("create a file", Try(open("/tmp/jaga-probe", 0x41, 0x180))),
            ("open a socket", Try(socket(2, 1, 0))),
            ("signal another process", Try(kill(getppid(), 0))),
            ("make a file in memory", Try(memfd_create("probe", 0))),
            ("open a pair of sockets", Try(socketpair(1, 1, 0, pair))),
            ("trace a process", Try((int)ptrace(0, 0, 0, 0))),
            ("start a process", TryFork()),
            ("run a program", Try(execve("/bin/true", null, null))),
        ];

        static int Try(int result) => result >= 0 ? 0 : Marshal.GetLastPInvokeError();

        static int TryFork()
        {
            var child = fork();
            if (child == 0)
            {
                _exit(0);
            }

            return Try(child);
        }
    }

    /// <summary>Has a pipe hold so much before its writer waits. Where that is not given it stays as it is, and is slower.</summary>
    public static void WidenPipe(int number, int bytes) => _ = fcntl(number, SetPipeSize, bytes);

    /// <summary>Has the kernel end this process in so many seconds; 0 calls it off.</summary>
    public static void Alarm(int seconds) => _ = alarm((uint)seconds);

    private static string? LeaveRoot() => geteuid() == 0 && (setgroups(0, 0) != 0 || setgid(Nobody) != 0 || setuid(Nobody) != 0)
        ? $"The worker runs as root and could not leave it (error {Marshal.GetLastPInvokeError()})."
        : null;

    private static string? TryFilter(bool forProgram)
    {
        try
        {
            LayFilter(forProgram);
            return null;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return "libseccomp.so.2 is missing (package libseccomp2).";
        }
        catch (InvalidOperationException refused)
        {
            return refused.Message;
        }
    }

    private static void LayFilter(bool forProgram)
    {
        var filter = seccomp_init(ErrnoOf | Eperm);
        if (filter == 0)
        {
            throw new InvalidOperationException("The system-call filter could not be made.");
        }

        try
        {
            Check(seccomp_attr_set(filter, TsyncAttribute, 1), "be laid on all threads");
            foreach (var name in Allowed)
            {
                Rule(filter, Allow, name);
            }

            Rule(filter, Allow, "clone", new(0, MaskedEqual, CloneThread, CloneThread));
            Rule(filter, ErrnoOf | Enosys, "clone3");
            Rule(filter, Allow, "tgkill", new(0, Equal, (ulong)Environment.ProcessId, 0)); // the runtime pauses its own threads so
            Rule(filter, Allow, "prlimit64", new(2, Equal, 0, 0)); // asks, does not set
            Rule(filter, Allow, "prctl", new(0, Equal, 15, 0)); // names a thread
            if (forProgram)
            {
                foreach (var name in AllowedToProgram)
                {
                    Rule(filter, Allow, name);
                }

                Rule(filter, Allow, "open", new(1, MaskedEqual, OpensForWriting, 0));
                Rule(filter, Allow, "openat", new(2, MaskedEqual, OpensForWriting, 0));
            }

            Check(seccomp_load(filter), "be loaded");
        }
        finally
        {
            seccomp_release(filter);
        }
    }

    private static unsafe void Rule(nint filter, uint action, string name, Argument? condition = null)
    {
        var number = seccomp_syscall_resolve_name(name);
        if (number < 0)
        {
            return; // not a system call of this processor
        }

        var argument = condition.GetValueOrDefault();
        Check(seccomp_rule_add_array(filter, action, number, condition is null ? 0u : 1u, &argument), $"take a rule for {name}");
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"The system-call filter could not {what} (error {-result}).");
        }
    }

    private static unsafe void SetLimit(int what, ulong value)
    {
        var limit = stackalloc ulong[2] { value, value };
        if (setrlimit(what, limit) != 0)
        {
            throw new InvalidOperationException($"Limit {what} could not be set (error {Marshal.GetLastPInvokeError()}).");
        }
    }
}
