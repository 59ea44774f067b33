using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Jaga.Media.Decoding;

namespace Jaga.Media;

/// <summary>One child process that decodes, seen from its parent. Used by one thread at a time.</summary>
internal sealed class DecodeChild : IDisposable
{
    private const int MaxGreetingBytes = 4096, KeptErrorLength = 2000;
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Stream _to, _from;
    private readonly StringBuilder _errors = new();

    private DecodeChild(Process process)
    {
        _process = process;
        (_to, _from) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Files it has been given.</summary>
    public int Reads { get; private set; }

    /// <summary>Whether it laid its system-call filter.</summary>
    public bool IsSandboxed { get; private set; }

    /// <summary>The formats that it can decode.</summary>
    public IReadOnlyList<string> Formats { get; private set; } = [];

    /// <summary>Whether it is still there.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>Starts a child and waits for its greeting.</summary>
    /// <exception cref="ChildFailed">It could not be started, or would not work here.</exception>
    public static DecodeChild Start(MediaSettings settings)
    {
        DecodeChild? child = null;
        try
        {
            child = new(Process.Start(HowToStart(settings)) ?? throw new InvalidOperationException("No process was started."));
            child.Greet();
            return child;
        }
        catch (Exception failed) when (failed is System.ComponentModel.Win32Exception or InvalidOperationException or IOException or InvalidDataException)
        {
            var why = child?.LastWords() is { Length: > 0 } said ? said : failed.Message;
            child?.Dispose();
            throw new ChildFailed(MediaOutcome.Unavailable, why);
        }
    }

    /// <summary>Has the child decode a file.</summary>
    /// <exception cref="ChildFailed">It took too long, died, or answered nonsense. It is dead afterwards.</exception>
    public Decoded Decode(Asked asked, ReadOnlySpan<byte> file, TimeSpan deadline)
    {
        Reads++;
        return Exchange(asked, file, deadline, Decoded.Read);
    }

    /// <summary>Has the child try what its sandbox forbids: the error number of each attempt, 0 where it was possible.</summary>
    /// <exception cref="ChildFailed">It took too long, died, or answered nonsense. It is dead afterwards.</exception>
    public IReadOnlyDictionary<string, int> Probe(TimeSpan deadline) => Exchange(Asked.Probe, [], deadline, static from =>
        Encoding.UTF8.GetString(Wire.ReadFrame(from, MaxGreetingBytes)).Split('\n').Select(l => l.Split(' ', 2))
            .ToDictionary(l => l[1], l => int.Parse(l[0], CultureInfo.InvariantCulture)));

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

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Greet()
    {
        using var patience = new Timer(_ => Kill(), null, TimeToStart, Timeout.InfiniteTimeSpan);
        var words = Encoding.UTF8.GetString(Wire.ReadFrame(_from, MaxGreetingBytes)).Split(' ');
        (IsSandboxed, Formats) = (words[0] == "sandboxed", words[1..]);
    }

    private T Exchange<T>(Asked asked, ReadOnlySpan<byte> file, TimeSpan deadline, Func<Stream, T> answer)
    {
        var race = new Race(this);
        try
        {
            using var timer = new Timer(static race => ((Race)race!).Expire(), race, deadline, Timeout.InfiniteTimeSpan);
            Wire.WriteRequest(_to, asked, file);
            var answered = answer(_from);
            return race.Finish() ? answered : throw new ChildFailed(MediaOutcome.TimedOut, Late(deadline));
        }
        catch (Exception lost) when (lost is IOException or InvalidDataException)
        {
            var late = !race.Finish();
            Kill();
            _process.WaitForExit();
            throw late ? new ChildFailed(MediaOutcome.TimedOut, Late(deadline)) : Death(lost);
        }
    }

    private ChildFailed Death(Exception lost)
    {
        var words = LastWords();
        if (words.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || words.Contains("failed to allocate", StringComparison.Ordinal))
        {
            return new(MediaOutcome.OutOfMemory, "decoding it wants more memory than a child may have");
        }

        return new(MediaOutcome.Crashed, lost is InvalidDataException ? lost.Message : string.Create(CultureInfo.InvariantCulture, $"the child died over it (exit code {_process.ExitCode})"));
    }

    private static string Late(TimeSpan deadline) => string.Create(CultureInfo.InvariantCulture, $"not decoded within {deadline.TotalSeconds:0.###} s");

    private string LastWords()
    {
        _process.WaitForExit();
        lock (_errors)
        {
            return _errors.ToString().Trim();
        }
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

    /// <summary>The same executable with another verb. Its environment is empty but for what the runtime needs: the parent's holds secrets.</summary>
    private static ProcessStartInfo HowToStart(MediaSettings settings)
    {
        var (file, first) = Executable(settings);
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in (IEnumerable<string>)[.. first, DecodeWorker.Verb, .. ChildLimits.Of(settings).ToArguments()])
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

        return start;
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

    /// <summary>Deadline against answer: whichever is first wins, and the loser does nothing. So that a late alarm never kills the child over the next file.</summary>
    private sealed class Race(DecodeChild child)
    {
        private int _over;

        public bool Finish() => Interlocked.CompareExchange(ref _over, 1, 0) == 0;

        public void Expire()
        {
            if (Interlocked.CompareExchange(ref _over, 2, 0) == 0)
            {
                child.Kill();
            }
        }
    }
}

/// <summary>A child did not answer; the message is one short sentence.</summary>
internal sealed class ChildFailed(MediaOutcome outcome, string reason) : Exception(reason)
{
    /// <summary>What that means for the file.</summary>
    public MediaOutcome Outcome { get; } = outcome;
}
