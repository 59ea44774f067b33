namespace Jaga.Cases;

/// <summary>The desk's own clocks. <c>Jaga__Cases__…</c></summary>
public sealed record CaseSettings
{
    /// <summary>How long a taken case stays on one desk unless it is decided or renewed.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a decision can be taken back; nothing leaves before. Zero sends at once.</summary>
    public TimeSpan Undo { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long captured media of a case is kept after it was found harmless.</summary>
    public TimeSpan KeepHarmless { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How near, in bits of 256, a PDQ match must be for a decision to say something about the signal. Beyond it the match itself may be wrong and the signal right.
    /// </summary>
    public int OpinionDistance { get; init; } = 10;

    /// <summary>
    /// How the platform's addresses are made, each with one of <c>{item}</c>, <c>{account}</c>, <c>{group}</c> where its id stands,
    /// e.g. <c>https://plaza.example/groups/{group}</c>. Reports and orders about such an address come to the case of what it shows.
    /// </summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    internal IEnumerable<string> Wrong()
    {
        foreach (var wrong in Addresses.Select(Locations.WhyNot).OfType<string>())
        {
            yield return $"Cases:Addresses: {wrong}";
        }

        if (OpinionDistance is < 0 or > Banks.Bank.LargestMaxDistance)
        {
            yield return $"Cases:OpinionDistance is {OpinionDistance}. It takes 0 to {Banks.Bank.LargestMaxDistance} bits.";
        }

        if (Lease < TimeSpan.FromSeconds(30) || Lease > TimeSpan.FromHours(8))
        {
            yield return $"Cases:Lease is {Lease}. It takes 30 s to 8 h.";
        }

        if (Undo < TimeSpan.Zero || Undo > TimeSpan.FromMinutes(10))
        {
            yield return $"Cases:Undo is {Undo}. It takes 0 s to 10 min; the platform waits as long.";
        }

        if (KeepHarmless < TimeSpan.Zero)
        {
            yield return $"Cases:KeepHarmless is {KeepHarmless}. It takes zero or more.";
        }
    }
}
