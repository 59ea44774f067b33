namespace Jaga.Evidence;

/// <summary>What takes two persons where the policy says so.</summary>
public enum TwoPersonAct
{
    /// <summary>An exhibit leaves the house as a bag (<see cref="EvidenceSettings.TwoPersons"/>).</summary>
    Export,

    /// <summary>Media of a case is looked at unblurred (<see cref="EvidenceSettings.TwoPersonsToReveal"/>).</summary>
    Reveal,

    /// <summary>A hold ends, and with it what kept evidence from being destroyed (<see cref="EvidenceSettings.TwoPersonsToLift"/>).</summary>
    Lift,
}

/// <summary>That one person wants to do something with evidence, says why, and another one allowed it. It serves whoever asked, for a day.</summary>
public sealed class SecondWord : IEntity, IAudited
{
    /// <summary>How long it serves once it is allowed, and how long it can be allowed.</summary>
    public static readonly TimeSpan Serves = TimeSpan.FromHours(24);

    public Id<SecondWord> Id { get; init; }

    public Subject Subject => Subject.Of("second-word", Id);

    public TwoPersonAct Act { get; init; }

    /// <summary>What it is about: an exhibit, a case, a hold.</summary>
    public Subject About { get; init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public required string AskedBy { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public required string Reason { get; init; }

    public string? AllowedBy { get; private set; }

    public DateTimeOffset? AllowedAt { get; private set; }

    /// <summary>When it was used up; a look does not use it up.</summary>
    public DateTimeOffset? UsedAt { get; private set; }

    /// <exception cref="RuleBroken">The same person, too late, or it was allowed before.</exception>
    public void Allow(Actor actor, DateTimeOffset now)
    {
        if (AllowedBy is not null)
        {
            throw new RuleBroken("This was allowed before.");
        }

        if (actor.ToString() == AskedBy)
        {
            throw new RuleBroken("Two persons are needed: it is allowed by somebody else than who asked for it.");
        }

        (AllowedBy, AllowedAt) = now - AskedAt < Serves ? (actor.ToString(), now) : throw new RuleBroken("This was asked more than a day ago. Whoever still needs it asks again.");
    }

    /// <summary>Whether it serves <paramref name="actor"/> now.</summary>
    public bool Serving(Actor actor, DateTimeOffset now) => AskedBy == actor.ToString() && UsedAt is null && AllowedAt > now - Serves;

    internal void Use(DateTimeOffset now) => UsedAt = now;

    /// <summary>The row under a lock until the transaction ends, as it is now: it is given once and serves once, whoever comes at the same time.</summary>
    internal static async Task<SecondWord?> Locked(Db db, Id<SecondWord> id, CancellationToken ct) =>
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        (await db.SecondWords.FromSqlRaw($"SELECT * FROM second_words WHERE id = {{0}} {db.ForUpdate()}", id.Value).ToListAsync(ct)).SingleOrDefault();
#pragma warning restore EF1002

    internal sealed class Table : IEntityTypeConfiguration<SecondWord>
    {
        public void Configure(EntityTypeBuilder<SecondWord> builder) => builder.ToTable("second_words").Ignore(w => w.Subject);
    }
}
