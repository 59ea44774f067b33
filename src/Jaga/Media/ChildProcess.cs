using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Jaga.Media.Decoding;

namespace Jaga.Media;

/// <summary>A child process with nothing but its pipes. Its environment is empty but for what the runtime needs: the parent's holds secrets.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int KeptErrorLength = 2000;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private ChildProcess(Process process)
    {
        (_process, Id) = (process, process.Id);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>The process's number.</summary>
    public int Id { get; }

    /// <summary>Whether it is still there. May be asked while another thread lets go of it.</summary>
    public bool IsAlive
    {
        get
        {
            try
            {
                return !_process.HasExited;
            }
            catch (InvalidOperationException)
            {
                return false; // let go of, and so killed
            }
        }
    }

    /// <summary>Into the child.</summary>
    public Stream To => _process.StandardInput.BaseStream;

    /// <summary>Out of the child.</summary>
    public Stream From => _process.StandardOutput.BaseStream;

    /// <summary>Starts the same executable with the worker's verb.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    /// <exception cref="InvalidOperationException">It could not be started.</exception>
    public static ChildProcess Start(MediaSettings settings, IEnumerable<string> arguments)
    {
        var (file, first) = Executable(settings);
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in (IEnumerable<string>)[.. first, DecodeWorker.Verb, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
        [
            ("PATH", "/usr/bin:/bin"),
            ("LANG", "C.UTF-8"),
            ("DOTNET_ROOT", RuntimeRoot()),
            ("DOTNET_EnableDiagnostics", "0"), // no debugger's socket
            ("DOTNET_gcServer", "0"),
            ("DOTNET_gcConcurrent", "0"),
            ("DOTNET_GCHeapHardLimit", "0x8000000"), // pictures live outside the managed heap
            ("DOTNET_TieredPGO", "0"),
            ("VIPS_WARNING", "0"),
            ("VIPS_DISC_THRESHOLD", "64g"), // never a temporary file
            ("VIPS_CONCURRENCY", "1"),
        ])
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start) ?? throw new InvalidOperationException("No process was started."));
    }

    /// <summary>Ends the child after a time, unless the answer comes first.</summary>
    public Deadline KillAfter(TimeSpan time) => new(this, time);

    /// <summary>Ends the child, whatever it is doing.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It is dead already.
        }
    }

    /// <summary>Waits for the child's end: its exit code, and what it said on standard error.</summary>
    public (int ExitCode, string Words) End()
    {
        _process.WaitForExit();
        lock (_errors)
        {
            return (_process.ExitCode, _errors.ToString().Trim());
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_errors)
        {
            if (line is not null && _errors.Length < KeptErrorLength)
            {
                _errors.AppendLine(line);
            }
        }
    }

    /// <summary>The program and the arguments before the verb: Jaga.Server beside this assembly, or this very process where it is one file.</summary>
    private static (string File, string[] First) Executable(MediaSettings settings)
    {
        var named = settings.Executable ?? Path.Combine(AppContext.BaseDirectory, "Jaga.Server.dll");
        if (!File.Exists(named))
        {
            return (Environment.ProcessPath!, []);
        }

        return named.EndsWith(".dll", StringComparison.Ordinal) ? (Path.Combine(RuntimeRoot(), "dotnet"), ["exec", named]) : (named, []);
    }

    /// <summary>Where this process's own runtime is: three folders above <c>shared/Microsoft.NETCore.App/10.…</c>.</summary>
    private static string RuntimeRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Deadline against answer: whichever is first wins, and the loser does nothing, so that a late alarm never kills the child over the next file.</summary>
    public sealed class Deadline : IDisposable
    {
        private readonly ChildProcess _child;
        private readonly TimeSpan _time;
        private readonly Timer _timer;
        private int _over;

        internal Deadline(ChildProcess child, TimeSpan time)
        {
            (_child, _time) = (child, time);
            _timer = new(static deadline => ((Deadline)deadline!).Expire(), this, time, Timeout.InfiniteTimeSpan);
        }

        /// <summary>One sentence for whom it was too late.</summary>
        public string Reason => string.Create(CultureInfo.InvariantCulture, $"not decoded within {_time.TotalSeconds:0.###} s");

        /// <summary>Whether the answer was in time. The alarm is off afterwards.</summary>
        public bool Met() => Interlocked.CompareExchange(ref _over, 1, 0) != 2;

        public void Dispose() => _timer.Dispose();

        private void Expire()
        {
            if (Interlocked.CompareExchange(ref _over, 2, 0) == 0)
            {
                _child.Kill();
            }
        }
    }
}
