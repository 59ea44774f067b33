namespace Jaga.Matching;

/// <summary>How matching works. <c>Jaga__Matching__…</c></summary>
public sealed record MatchingSettings
{
    /// <summary>How often the banks are looked at for changes that another node made; this node's own are followed at once.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the start of the process waits for the signals to be read; beyond it, reading goes on while the process starts, and matching answers 503.</summary>
    public TimeSpan StartWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a snapshot is written while signals change.</summary>
    public TimeSpan SnapshotEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Signals from which on a snapshot is worth writing; fewer are read from the database in no time.</summary>
    public int SnapshotFrom { get; init; } = 100_000;

    internal IEnumerable<string> Wrong()
    {
        if (SnapshotEvery < TimeSpan.FromSeconds(1) || SnapshotEvery > TimeSpan.FromDays(1))
        {
            yield return $"Matching:SnapshotEvery is {SnapshotEvery}. It takes 1 s to 1 day.";
        }

        if (SnapshotFrom < 1)
        {
            yield return $"Matching:SnapshotFrom is {SnapshotFrom}. It takes 1 or more.";
        }

        if (Poll < TimeSpan.FromMilliseconds(10) || Poll > TimeSpan.FromMinutes(1))
        {
            yield return $"Matching:Poll is {Poll}. It takes 10 ms to 1 min.";
        }

        if (StartWait < TimeSpan.Zero || StartWait > TimeSpan.FromMinutes(10))
        {
            yield return $"Matching:StartWait is {StartWait}. It takes 0 to 10 min.";
        }
    }
}
