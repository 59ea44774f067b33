using System.Runtime.InteropServices;

namespace Jaga.Media.Decoding;

/// <content>What the C library and libseccomp offer.</content>
internal static partial class Sandbox
{
    /// <summary>libseccomp's <c>struct scmp_arg_cmp</c>: which argument, how compared, with what. For a masked comparison the mask is first.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Argument(uint Index, int Comparison, ulong First, ulong Second);

    [LibraryImport("libc")]
    private static partial int fcntl(int file, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int setrlimit(int resource, ulong* limit);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setgroups(nuint count, nint groups);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setgid(uint id);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setuid(uint id);

    [LibraryImport("libc")]
    private static partial uint alarm(uint seconds);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc")]
    private static partial int getppid();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int socketpair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint ptrace(nint request, nint process, nint address, nint data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fork();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int execve(string path, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    private static partial void _exit(int status);

    [LibraryImport("libseccomp.so.2")]
    private static partial nint seccomp_init(uint defaultAction);

    [LibraryImport("libseccomp.so.2")]
    private static partial int seccomp_attr_set(nint filter, int attribute, uint value);

    [LibraryImport("libseccomp.so.2")]
    private static unsafe partial int seccomp_rule_add_array(nint filter, uint action, int number, uint count, Argument* arguments);

    [LibraryImport("libseccomp.so.2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name(string name);

    [LibraryImport("libseccomp.so.2")]
    private static partial int seccomp_load(nint filter);

    [LibraryImport("libseccomp.so.2")]
    private static partial void seccomp_release(nint filter);
}
