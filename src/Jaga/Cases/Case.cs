namespace Jaga.Cases;

/// <summary>How bad it is if it is what it seems to be; after the law's clock, what a reviewer sees first.</summary>
public enum Severity
{
    Low,
    Normal,
    High,
    Critical,
}

/// <summary>How far a case has come.</summary>
public enum CaseState
{
    /// <summary>Waits for a decision.</summary>
    Open,

    /// <summary>Decided; may be undone while nothing has left.</summary>
    Decided,

    /// <summary>Its decision was taken back while another case about the same subject was open; all of it is there now.</summary>
    Merged,
}

/// <summary>
/// Everything about one subject, gathered for one decision: however many matches and reports it has, it is one open case.
/// </summary>
public sealed class Case : IEntity, IAudited
{
    /// <summary>The priority that a case has by itself: less has only what rests on reports of those who were mostly wrong.</summary>
    public const int Usual = 20;

    public Id<Case> Id { get; private init; }

    /// <summary>What the case is about: an item, account or group by the platform's own id, a <c>link</c> by its address, or a <c>place</c> in a reporter's words.</summary>
    public Subject About { get; private init; }

    /// <summary>What a place that was described in words is on the platform, as somebody at the desk found out; null while nobody has, and for every other case.</summary>
    public Subject? Means { get; private set; }

    /// <summary>What of the platform's it is about: what the words mean, or else <see cref="About"/>.</summary>
    public Subject Meant => Means ?? About;

    public CaseState State { get; private set; }

    public Severity Severity { get; private set; }

    /// <summary>What it is thought to be, in the law's plain word, e.g. <c>csam</c> or <c>terrorism</c>.</summary>
    public string Category { get; private set; } = "";

    public DateTimeOffset OpenedAt { get; private init; }

    /// <summary>When a law wants it decided, or null where none does. Goes before everything else.</summary>
    public DateTimeOffset? LegalDueAt { get; private set; }

    /// <summary>When the house wants it decided.</summary>
    public DateTimeOffset DueAt { get; private set; }

    /// <summary>Reports and matches gathered, as a weight.</summary>
    public int Weight { get; private set; }

    /// <summary>Among cases of one severity the higher is seen first: 0, or up to 100 where a flagger reported it, by how often their reports were upheld.</summary>
    public int Priority { get; private set; }

    /// <summary>Somebody could not view it, or asked for another pair of eyes: only a lead takes it now.</summary>
    public DateTimeOffset? EscalatedAt { get; private set; }

    /// <summary>The case that it went into; null unless <see cref="CaseState.Merged"/>.</summary>
    public Id<Case>? MergedInto { get; private set; }

    /// <summary>Who has it on the desk, as <see cref="Actor.Id"/>.</summary>
    public string? LeasedBy { get; private set; }

    public DateTimeOffset? LeasedUntil { get; private set; }

    /// <summary>Counts the changes; whoever decides names the version they saw, so that no work is lost unseen.</summary>
    public int Version { get; private set; }

    public Subject Subject => Subject.Of("case", Id);

    /// <param name="priority">0 to 100, as <see cref="Priority"/>.</param>
    public static Case Open(Subject about, string category, Severity severity, DateTimeOffset now, int priority = Usual) => new()
    {
        Id = Id<Case>.New(now),
        About = about,
        Category = category,
        Severity = severity,
        OpenedAt = now,
        DueAt = now,
        Weight = 1,
        Priority = Math.Clamp(priority, 0, 100),
    };

    /// <summary>Something more is known about the same subject. Severity only ever rises here; a person lowers it by deciding.</summary>
    public void Gather(string category, Severity severity)
    {
        if (severity > Severity)
        {
            (Severity, Category) = (severity, category);
        }

        Weight++;
        Version++;
    }

    /// <summary>Somebody whose word weighs reported it; of several the highest counts.</summary>
    /// <param name="priority">0 to 100.</param>
    public void Prioritise(int priority) => Priority = Math.Max(Priority, Math.Clamp(priority, 0, 100));

    /// <summary>The house's clock for this case, from a duty that was opened with it. Of several the earliest counts.</summary>
    public void Due(DateTimeOffset at) => DueAt = DueAt == OpenedAt || at < DueAt ? at : DueAt;

    /// <summary>A law wants it decided by <paramref name="at"/>. Of several laws the earliest counts.</summary>
    public void LegalDue(DateTimeOffset at) => LegalDueAt = LegalDueAt < at ? LegalDueAt : at;

    /// <summary>Puts the case on somebody's desk until <paramref name="until"/>.</summary>
    /// <exception cref="RuleBroken">Somebody else has it, it is decided, or it went to the leads and <paramref name="actor"/> is none.</exception>
    public void Lease(Actor actor, DateTimeOffset now, DateTimeOffset until)
    {
        if (State is not CaseState.Open)
        {
            throw new RuleBroken(State is CaseState.Decided ? "This case is decided already." : "This went into another case about the same subject. Look there.");
        }

        if (EscalatedAt is not null && !actor.May(Permission.AssignCases))
        {
            throw new RuleBroken("Somebody could not view this case, and it went to a lead. Only a lead takes it now.");
        }

        if (LeasedUntil > now && LeasedBy != actor.Id)
        {
            throw new RuleBroken("Somebody else is looking at this case.");
        }

        (LeasedBy, LeasedUntil) = (actor.Id, until);
    }

    /// <summary>Gives the case back to the queue.</summary>
    public void Release(Actor actor)
    {
        if (LeasedBy == actor.Id)
        {
            (LeasedBy, LeasedUntil) = (null, null);
        }
    }

    /// <summary>Closes the case with a decision.</summary>
    /// <param name="seenVersion">The version that the decider saw.</param>
    /// <exception cref="RuleBroken">It was decided before, somebody else has it, or it changed since it was seen.</exception>
    public void Decide(Actor actor, int seenVersion, DateTimeOffset now)
    {
        Lease(actor, now, now);
        if (seenVersion != Version)
        {
            throw new RuleBroken("Something was added to this case while you looked at it. Look again, then decide; what you wrote is kept.");
        }

        (State, LeasedBy, LeasedUntil, Version) = (CaseState.Decided, null, null, Version + 1);
    }

    /// <summary>Hands the case to a lead: it stays open and is never ignored.</summary>
    public void Escalate(Actor actor, int seenVersion, DateTimeOffset now)
    {
        Decide(actor, seenVersion, now);
        (State, EscalatedAt) = (CaseState.Open, now);
    }

    /// <summary>Says what a place in words is on the platform. Who looks at the case meanwhile looks again before deciding.</summary>
    /// <exception cref="RuleBroken">It is about no such place, is decided, or somebody else has it.</exception>
    public void Point(Subject means, Actor actor, DateTimeOffset now)
    {
        if (About.Kind != Locations.InWords)
        {
            throw new RuleBroken("What this case is about is known already; only a place that somebody described in words is given its meaning.");
        }

        Lease(actor, now, LeasedUntil > now ? LeasedUntil.Value : now);
        (Means, Version) = (means, Version + 1);
    }

    /// <summary>Opens the case again after its decision was taken back.</summary>
    public void Reopen()
    {
        (State, Version) = (CaseState.Open, Version + 1);
    }

    /// <summary>An earlier case about the same subject goes into this one: what weighed there weighs here, and no clock becomes later by it.</summary>
    public void Absorb(Case earlier)
    {
        Gather(earlier.Category, earlier.Severity);
        Weight += earlier.Weight - 1;
        Prioritise(earlier.Priority);
        DueAt = earlier.DueAt < DueAt ? earlier.DueAt : DueAt;
        if (earlier.LegalDueAt is { } legal)
        {
            LegalDue(legal);
        }

        EscalatedAt ??= earlier.EscalatedAt;
        Means ??= earlier.Means;
        (earlier.State, earlier.MergedInto, earlier.Version) = (CaseState.Merged, Id, earlier.Version + 1);
    }

    internal sealed class Table : IEntityTypeConfiguration<Case>
    {
        public void Configure(EntityTypeBuilder<Case> builder)
        {
            builder.ToTable("cases").Ignore(c => c.Subject).Ignore(c => c.Meant);
            People.Words.HasSubject(builder.Property(c => c.Means));
            builder.Property(c => c.Version).IsConcurrencyToken();
            builder.Property(c => c.State).IsConcurrencyToken();
            builder.Property(c => c.Severity).HasConversion<int>();
        }
    }
}
