namespace Jaga.Obligations;

/// <summary>That one person wants what the law sets a time for to be cancelled, says why, and another one, within a day, agreed.</summary>
public sealed class Cancellation : IEntity
{
    /// <summary>How long somebody else can agree; after that it is asked for anew.</summary>
    public static readonly TimeSpan Serves = TimeSpan.FromHours(24);

    public Id<Cancellation> Id { get; init; }

    public Id<Obligation> Obligation { get; init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public required string AskedBy { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    /// <summary>At most 2,000 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>As <see cref="Actor.ToString"/>, never the same as <see cref="AskedBy"/>; null while nobody agreed.</summary>
    public string? AllowedBy { get; private set; }

    public DateTimeOffset? AllowedAt { get; private set; }

    internal void Allow(Actor actor, DateTimeOffset now) => (AllowedBy, AllowedAt) = (actor.ToString(), now);

    internal sealed class Table : IEntityTypeConfiguration<Cancellation>
    {
        public void Configure(EntityTypeBuilder<Cancellation> builder) => builder.ToTable("cancellations").HasOne<Obligation>().WithMany().HasForeignKey(c => c.Obligation);
    }
}
