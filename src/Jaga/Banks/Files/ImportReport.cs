namespace Jaga.Banks.Files;

/// <summary>A line that cannot be read: its number from 1, the field (or <c>line</c>, <c>header</c>), and the reason in a sentence.</summary>
public readonly record struct LineProblem(long Line, string Field, string Reason);

/// <summary>What became of a file.</summary>
public sealed record ImportReport
{
    /// <summary>Problems listed; all are counted.</summary>
    public const int MaxListed = 1000;

    /// <summary>Whether anything was kept: all good lines, or, with bad ones among them, only if the operator said so.</summary>
    public bool Kept { get; init; }

    /// <summary>The batch that the signals came in with; null where nothing was kept.</summary>
    public long? Batch { get; init; }

    /// <summary>Lines in the file.</summary>
    public long Lines { get; init; }

    /// <summary>Entries that can be read.</summary>
    public int Good { get; init; }

    /// <summary>Lines that cannot be read.</summary>
    public long Bad { get; init; }

    /// <summary>Entries that an earlier import of the same file had written before its process died.</summary>
    public int Resumed { get; init; }

    /// <summary>Signals that the bank did not have.</summary>
    public int Added { get; init; }

    /// <summary>Entries that the bank, or the file, had already.</summary>
    public int Duplicates { get; init; }

    /// <summary>PDQ entries below the bank's quality: kept, and not compared while the bank asks for more.</summary>
    public int BelowQuality { get; init; }

    /// <summary>The first <see cref="MaxListed"/> bad lines.</summary>
    public IReadOnlyList<LineProblem> Problems { get; init; } = [];

    /// <summary>Columns or properties of the file that mean nothing here.</summary>
    public IReadOnlyCollection<string> Ignored { get; init; } = [];

    /// <summary>The file's SHA-256, lower-case hexadecimal.</summary>
    public string Digest { get; init; } = "";
}
