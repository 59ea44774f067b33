namespace Jaga.Evidence;

/// <summary>Somebody must not have evidence destroyed, whatever its retention says: a court's order, a running inquiry. Ends only when a person lifts it.</summary>
public sealed class LegalHold : IEntity, IAudited
{
    public Id<LegalHold> Id { get; init; }

    public Subject Subject => Subject.Of("hold", Id);

    /// <summary>What is held: one piece of evidence, an exhibit, or everything that was kept about something and what belongs to it (a case, an account and its items).</summary>
    public Subject Over { get; init; }

    /// <summary>The matter, e.g. a court's file number.</summary>
    public required string Matter { get; init; }

    public DateTimeOffset PlacedAt { get; init; }

    public DateTimeOffset? LiftedAt { get; private set; }

    /// <exception cref="RuleBroken">It was lifted before.</exception>
    public void Lift(DateTimeOffset now) => LiftedAt = LiftedAt is null ? now : throw new RuleBroken("This hold was lifted before.");

    internal sealed class Table : IEntityTypeConfiguration<LegalHold>
    {
        public void Configure(EntityTypeBuilder<LegalHold> builder) => builder.ToTable("legal_holds").Ignore(h => h.Subject);
    }
}
