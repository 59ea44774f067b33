namespace Jaga.Obligations;

/// <summary>A rung of an obligation's ladder that was reached. The database holds each rung of each obligation once.</summary>
public sealed class Rung : IEntity
{
    public Id<Rung> Id { get; init; }

    public Id<Obligation> Obligation { get; init; }

    /// <summary>Its place on the ladder, from 0.</summary>
    public int Number { get; init; }

    public int Percent { get; init; }

    public Whom Whom { get; init; }

    /// <summary>When its time came.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>When it was acted on.</summary>
    public DateTimeOffset FiredAt { get; init; }

    /// <summary>Whether somebody was told (by a <see cref="Notice"/>); false where the obligation was over before anybody could be.</summary>
    public bool Told { get; init; }

    /// <summary>How late it was acted on: the length of an outage, mostly.</summary>
    public TimeSpan Late => FiredAt - DueAt;

    internal sealed class Table : IEntityTypeConfiguration<Rung>
    {
        public void Configure(EntityTypeBuilder<Rung> builder) => builder.ToTable("rungs").Ignore(r => r.Late);
    }
}
