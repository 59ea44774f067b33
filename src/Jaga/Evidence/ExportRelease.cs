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

    /// <summary>Whether it serves an export by <paramref name="actor"/> now.</summary>
    public bool Serving(Actor actor, DateTimeOffset now) => AskedBy == actor.ToString() && UsedAt is null && AllowedAt > now - Serves;

    internal void Use(DateTimeOffset now) => UsedAt = now;

    /// <summary>The row under a lock until the transaction ends, as it is now: it serves once, whoever comes at the same time.</summary>
    internal static async Task<ExportRelease?> Locked(Db db, Id<ExportRelease> id, CancellationToken ct) =>
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        (await db.ExportReleases.FromSqlRaw($"SELECT * FROM export_releases WHERE id = {{0}} {db.ForUpdate()}", id.Value).ToListAsync(ct)).SingleOrDefault();
#pragma warning restore EF1002

    internal sealed class Table : IEntityTypeConfiguration<ExportRelease>
    {
        public void Configure(EntityTypeBuilder<ExportRelease> builder) => builder.ToTable("export_releases").Ignore(r => r.Subject);
    }
}
