using System.Globalization;
using System.Text;

namespace Jaga.Media;

/// <summary>One child process that decodes, seen from its parent. Used by one thread at a time.</summary>
internal sealed class DecodeChild : IDisposable
{
    private const int MaxGreetingBytes = 4096;
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private DecodeChild(ChildProcess process) => _process = process;

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Files it has been given.</summary>
    public int Reads { get; private set; }

    /// <summary>Whether it laid its system-call filter.</summary>
    public bool IsSandboxed { get; private set; }

    /// <summary>The formats that it can decode.</summary>
    public IReadOnlyList<string> Formats { get; private set; } = [];

    /// <summary>Whether it is still there.</summary>
    public bool IsAlive => _process.IsAlive;

    /// <summary>Starts a child and waits for its greeting.</summary>
    /// <exception cref="ChildFailed">It could not be started, or would not work here.</exception>
    public static DecodeChild Start(MediaSettings settings)
    {
        ChildProcess? process = null;
        try
        {
            process = ChildProcess.Start(settings, ChildLimits.Of(settings).ToArguments());
            var child = new DecodeChild(process);
            child.Greet();
            return child;
        }
        catch (Exception failed) when (failed is System.ComponentModel.Win32Exception or InvalidOperationException or IOException or InvalidDataException)
        {
            process?.Kill();
            var why = process?.End().Words is { Length: > 0 } said ? said : failed.Message;
            process?.Dispose();
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
    public void Kill() => _process.Kill();

    public void Dispose() => _process.Dispose();

    private void Greet()
    {
        using var patience = _process.KillAfter(TimeToStart);
        var words = Encoding.UTF8.GetString(Wire.ReadFrame(_process.From, MaxGreetingBytes)).Split(' ');
        (IsSandboxed, Formats) = (words[0] == "sandboxed", words[1..]);
        if (!patience.Met())
        {
            throw new IOException("It took too long to start.");
        }
    }

    private T Exchange<T>(Asked asked, ReadOnlySpan<byte> file, TimeSpan time, Func<Stream, T> answer)
    {
        using var deadline = _process.KillAfter(time);
        try
        {
            Wire.WriteRequest(_process.To, asked, file);
            var answered = answer(_process.From);
            return deadline.Met() ? answered : throw new ChildFailed(MediaOutcome.TimedOut, deadline.Reason);
        }
        catch (Exception lost) when (lost is IOException or InvalidDataException)
        {
            var inTime = deadline.Met();
            _process.Kill();
            throw inTime ? Death(lost) : new ChildFailed(MediaOutcome.TimedOut, deadline.Reason);
        }
    }

    private ChildFailed Death(Exception lost)
    {
        var (exitCode, words) = _process.End();
        if (words.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || words.Contains("failed to allocate", StringComparison.Ordinal))
        {
            return new(MediaOutcome.OutOfMemory, "decoding it wants more memory than a child may have");
        }

        return new(MediaOutcome.Crashed, lost is InvalidDataException ? lost.Message : string.Create(CultureInfo.InvariantCulture, $"the child died over it (exit code {exitCode})"));
    }
}

/// <summary>A child did not answer; the message is one short sentence.</summary>
internal sealed class ChildFailed(MediaOutcome outcome, string reason) : Exception(reason)
{
    /// <summary>What that means for the file.</summary>
    public MediaOutcome Outcome { get; } = outcome;
}
