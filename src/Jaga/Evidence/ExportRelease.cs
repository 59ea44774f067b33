namespace Jaga.Evidence;

/// <summary>That one person wants to export an exhibit, and another one allowed it. Serves one export, by the one who asked, within a day of being allowed.</summary>
public sealed class ExportRelease : IEntity, IAudited
{
    /// <summary>How long it serves once it is allowed.</summary>
    public static readonly TimeSpan Serves = TimeSpan.FromHours(24);

    public Id<ExportRelease> Id { get; init; }

    public Subject Subject => Subject.Of("export-release", Id);

    public Id<Exhibit> ExhibitId { get; init; }

    public required string AskedBy { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public required string Reason { get; init; }

    public string? AllowedBy { get; private set; }

    public DateTimeOffset? AllowedAt { get; private set; }

    public DateTimeOffset? UsedAt { get; private set; }

    /// <exception cref="RuleBroken">The same person, or it was allowed before.</exception>
    public void Allow(Actor actor, DateTimeOffset now)
    {
        if (AllowedBy is not null)
        {
            throw new RuleBroken("This export was allowed before.");
        }

        if (actor.ToString() == AskedBy)
        {
            throw new RuleBroken("An export is allowed by somebody else than who asked for it.");
        }

        (AllowedBy, AllowedAt) = (actor.ToString(), now);
    }

    internal void Use(DateTimeOffset now) => UsedAt = now;

    internal sealed class Table : IEntityTypeConfiguration<ExportRelease>
    {
        public void Configure(EntityTypeBuilder<ExportRelease> builder) => builder.ToTable("export_releases").Ignore(r => r.Subject);
    }
}
