namespace Jaga.Items.Lookbacks;

/// <summary>How look-back works, and how much of the machine it takes. <c>Jaga__Lookback__…</c></summary>
public sealed record LookbackSettings
{
    /// <summary>The most that a node gives to it, as a share of all its processors, above 0 to 1: 0.5 of two processors is one.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>How far its threads stand back behind everything else, 0 to 19, as <c>nice</c> counts.</summary>
    public int Nice { get; init; } = 10;

    /// <summary>How often is looked for signals that arrived: those of that time are searched for together.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a thread holds its part without a sign of life; after a crash another takes it over this much later.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many threads, and which part of the time each works, above 0 to 1.</summary>
    internal (int Lanes, double Duty) Shared(int processors)
    {
        var lanes = Math.Max(1, (int)Math.Ceiling(Share * processors));
        return (lanes, Math.Min(1, Share * processors / lanes));
    }

    internal IEnumerable<string> Wrong()
    {
        if (Share is not (> 0 and <= 1))
        {
            yield return $"Lookback:Share is {Share}. It takes a share of the processors above 0, at most 1.";
        }

        if (Nice is < 0 or > 19)
        {
            yield return $"Lookback:Nice is {Nice}. It takes 0 to 19.";
        }

        if (Every < TimeSpan.FromMilliseconds(100) || Every > TimeSpan.FromDays(1))
        {
            yield return $"Lookback:Every is {Every}. It takes 100 ms to 1 day.";
        }

        if (Lease < TimeSpan.FromSeconds(5) || Lease > TimeSpan.FromHours(1))
        {
            yield return $"Lookback:Lease is {Lease}. It takes 5 s to 1 h.";
        }
    }
}
