namespace Jaga.Matching;

/// <summary>What became of a match.</summary>
public enum SightingOutcome
{
    /// <summary>It counted, and what its bank asks for was done.</summary>
    Counted,

    /// <summary>An allow-list suppressed it.</summary>
    Suppressed,

    /// <summary>Its signal was in quarantine.</summary>
    Quarantined,
}

/// <summary>A signal that was met in an item that was checked: how often each one matches, by whom, and which matches opened no case and why.</summary>
public sealed class Sighting : IEntity
{
    public Id<Sighting> Id { get; private init; }

    /// <summary><see cref="Banks.Signal.Id"/>.</summary>
    public long Signal { get; private init; }

    /// <summary><see cref="Banks.Bank.Number"/>.</summary>
    public int Bank { get; private init; }

    /// <summary>Jaga's own row of the item.</summary>
    public Guid Item { get; private init; }

    /// <summary>Who sent the item, by the platform's own id; null where it did not say.</summary>
    public string? Account { get; private init; }

    public SightingOutcome Outcome { get; private set; }

    /// <summary>Bits in which the hashes differ; 0 for a digest.</summary>
    public int Distance { get; private init; }

    /// <summary>The frame or page that it was met in; null for the picture, film or file as a whole.</summary>
    public int? Frame { get; private init; }

    /// <summary>The allow-list's signal that suppressed it, or null.</summary>
    public long? AllowedBy { get; private init; }

    /// <summary>The look-back that met it; null where it was met when the item was checked.</summary>
    public Guid? Lookback { get; private init; }

    /// <summary>When the item was checked, whenever it was met.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>Rows for everything that was met in an item.</summary>
    /// <param name="at">When the item was checked: a flood is many checks in a short time, and not many old ones found at once.</param>
    /// <param name="lookback">See <see cref="Lookback"/>.</param>
    public static IReadOnlyList<Sighting> Of(Found found, Guid item, string? account, DateTimeOffset at, Guid? lookback = null)
    {
        if (found.Counting.Count + found.Suppressed.Count + found.Quarantined.Count == 0)
        {
            return [];
        }

        return
        [
            .. found.Counting.Select(m => One(m, SightingOutcome.Counted, null)),
            .. found.Suppressed.Select(s => One(s.Match, SightingOutcome.Suppressed, s.By.Signal)),
            .. found.Quarantined.Select(m => One(m, SightingOutcome.Quarantined, null)),
        ];

        Sighting One(Match match, SightingOutcome outcome, long? allowedBy) => new()
        {
            Id = Id<Sighting>.New(at), Signal = match.Signal, Bank = match.BankNumber, Item = item, Account = account, Outcome = outcome,
            Distance = match.Distance, Frame = match.Frame, AllowedBy = allowedBy, Lookback = lookback, At = at,
        };
    }

    /// <summary>Its signal was released: it counts after all.</summary>
    internal void Count() => Outcome = SightingOutcome.Counted;

    internal sealed class Table : IEntityTypeConfiguration<Sighting>
    {
        public void Configure(EntityTypeBuilder<Sighting> builder) => builder.ToTable("sightings");
    }
}
