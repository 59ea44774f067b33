using System.Text.Json;

namespace Jaga.Obligations;

/// <summary>How an obligation stands.</summary>
public enum ObligationState
{
    /// <summary>Owed, and there is time left.</summary>
    Open,

    /// <summary>The time is over and it is still owed: it is never dropped.</summary>
    Broken,

    Kept,

    /// <summary>Kept after its time.</summary>
    KeptLate,

    /// <summary>A person decided that it is not owed, and said why.</summary>
    Cancelled,
}

/// <summary>Something that is owed to somebody by a time. It is kept only by a confirmed delivery, a receipt or a recorded decision.</summary>
public sealed class Obligation : IEntity, IAudited
{
    private static readonly string[] Keeping = ["delivery", "decision", "receipt"];
    private IReadOnlyList<Step>? _steps;

    public Id<Obligation> Id { get; init; }

    /// <summary>The clause's name, <c>regime.key</c>.</summary>
    public required string Clause { get; init; }

    /// <summary>What it is about: a case, an order, an action, …</summary>
    public Subject About { get; init; }

    /// <summary>Who is owed it, in words a person can read, at most 200 characters.</summary>
    public required string OwedTo { get; init; }

    /// <summary>The queue that owns it.</summary>
    public required string Queue { get; init; }

    /// <summary>The person who owns it, where one does.</summary>
    public string? Person { get; private set; }

    /// <summary>When its time began to run.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was due as first reckoned.</summary>
    public DateTimeOffset FirstDueAt { get; init; }

    /// <summary>When it is due, with the pauses that have ended.</summary>
    public DateTimeOffset DueAt { get; private set; }

    public ClauseKind Kind { get; init; }

    public ObligationState State { get; private set; }

    /// <summary>Where its clock stands still since, or null while it runs.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>What kept it, as <c>kind/id</c>.</summary>
    public string? KeptBy { get; private set; }

    /// <summary>When it was kept or cancelled.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    public string? CancelledBecause { get; private set; }

    /// <summary>The ladder as it was when this was opened (JSON), so that a changed regime does not change what is under way.</summary>
    public required string Ladder { get; init; }

    /// <summary>The rung to fire next, from 0.</summary>
    public int NextRung { get; private set; }

    /// <summary>When; null when none is left or the clock stands still.</summary>
    public DateTimeOffset? NextRungAt { get; private set; }

    public List<Pause> Pauses { get; } = [];

    public Subject Subject => Subject.Of("obligation", Id);

    /// <summary>Whether somebody still waits for it.</summary>
    public bool IsOwed => State is ObligationState.Open or ObligationState.Broken;

    private IReadOnlyList<Step> Steps => _steps ??= JsonSerializer.Deserialize<List<Step>>(Ladder, Json.Options)!;

    internal static Obligation Open(Clause clause, Subject about, string owedTo, string? person, DateTimeOffset from, DateTimeOffset due, DateTimeOffset now)
    {
        var opened = new Obligation
        {
            Id = Id<Obligation>.New(now),
            Clause = clause.Name,
            About = about,
            OwedTo = owedTo,
            Queue = clause.Queue,
            Person = person,
            OpenedAt = from,
            FirstDueAt = due,
            DueAt = due,
            Kind = clause.Kind,
            Ladder = JsonSerializer.Serialize(clause.Ladder, Json.Options),
        };
        opened.SetNextRung();
        return opened;
    }

    /// <summary>It is done. Returns the rungs whose time had come and of which nobody had been told yet.</summary>
    /// <exception cref="RuleBroken">It is not owed any more, <paramref name="by"/> is no proof, or a holding time has not ended.</exception>
    internal List<Rung> Keep(Subject by, DateTimeOffset now)
    {
        MustBeOwed();
        if (!Keeping.Contains(by.Kind))
        {
            throw new RuleBroken($"An obligation is kept by a confirmed delivery, a receipt or a recorded decision, not by a {by.Kind}.");
        }

        if (Kind is ClauseKind.Hold && now < DueAt)
        {
            throw new RuleBroken($"This must be held until {DueAt:u}; it cannot be over before.");
        }

        EndPause(now);
        var overtaken = Overtaken(now);
        (KeptBy, ClosedAt, NextRungAt) = (by.ToString(), now, null);
        State = Kind is ClauseKind.Deadline && now > DueAt ? ObligationState.KeptLate : ObligationState.Kept;
        return overtaken;
    }

    /// <summary>Fires the next rung, whose time has come, and with the one at 100 % breaks a deadline.</summary>
    internal Rung Climb(DateTimeOffset now, bool told = true)
    {
        var step = Steps[Math.Min(NextRung, Steps.Count - 1)];
        var rung = new Rung { Id = Id<Rung>.New(now), Obligation = Id, Number = NextRung, Percent = NextRung < Steps.Count ? step.Percent : Share(NextRungAt!.Value), Whom = step.Whom, DueAt = NextRungAt!.Value, FiredAt = now, Told = told };
        if (step.Percent >= 100 && Kind is ClauseKind.Deadline)
        {
            State = ObligationState.Broken;
        }

        NextRung++;
        SetNextRung();
        SkipMissedRepeats(now);
        return rung;
    }

    /// <summary>What kept it proved void, e.g. the letter came back: it is owed again, under the clock it always had. Where its ladder is spent, the last rung falls once more, now.</summary>
    /// <exception cref="RuleBroken">It was not kept.</exception>
    internal void Reopen(DateTimeOffset now)
    {
        if (State is not (ObligationState.Kept or ObligationState.KeptLate))
        {
            throw new RuleBroken("Only an obligation that was kept can be opened again.");
        }

        State = Kind is ClauseKind.Deadline && Steps.Take(NextRung).Any(s => s.Percent >= 100) ? ObligationState.Broken : ObligationState.Open;
        (KeptBy, ClosedAt) = (null, null);
        SetNextRung();
        NextRungAt ??= now >= DueAt ? now : null;
    }

    /// <summary>Stops the clock, on a ground that the regime allows.</summary>
    /// <param name="endsBy">When the pause ends by what was set; null where it lasts until somebody does something.</param>
    internal Pause StandStill(string ground, Actor by, DateTimeOffset now, DateTimeOffset? endsBy = null)
    {
        MustBeOwed();
        if (State is ObligationState.Broken || now >= DueAt)
        {
            throw new RuleBroken("The time is over; a clock that has run out cannot be paused.");
        }

        if (PausedAt is not null)
        {
            throw new RuleBroken("The clock stands still already.");
        }

        var pause = new Pause { Id = Id<Pause>.New(now), Obligation = Id, StartsAt = now, EndsBy = endsBy, Ground = ground, StartedBy = by.ToString() };
        Pauses.Add(pause);
        PausedAt = now;
        SetNextRung();
        return pause;
    }

    /// <summary>Lets the clock run again; everything ahead moves by the pause's own length.</summary>
    internal void RunAgain(DateTimeOffset now)
    {
        MustBeOwed();
        if (PausedAt is null)
        {
            throw new RuleBroken("The clock is not paused.");
        }

        EndPause(now);
    }

    /// <summary>It is not owed after all. Returns the rungs whose time had come and of which nobody had been told yet: that its time was over stays on record.</summary>
    internal List<Rung> Cancel(string because, DateTimeOffset now)
    {
        MustBeOwed();
        EndPause(now);
        var overtaken = Overtaken(now);
        (State, ClosedAt, CancelledBecause, NextRungAt) = (ObligationState.Cancelled, now, because, null);
        return overtaken;
    }

    /// <summary>Gives it to a person, or with null back to its queue.</summary>
    internal void Assign(string? person)
    {
        MustBeOwed();
        Person = person;
    }

    /// <exception cref="RuleBroken">It is over.</exception>
    internal void MustBeOwed()
    {
        if (!IsOwed)
        {
            throw new RuleBroken($"This obligation is {(State is ObligationState.Cancelled ? "cancelled" : "kept")} already.");
        }
    }

    private List<Rung> Overtaken(DateTimeOffset now)
    {
        var overtaken = new List<Rung>();
        while (NextRungAt <= now)
        {
            overtaken.Add(Climb(now, told: false));
        }

        return overtaken;
    }

    // Whatever ends an obligation ends its pause first: the due time on record is then the one that was in force.
    private void EndPause(DateTimeOffset now)
    {
        if (Pauses.SingleOrDefault(p => p.EndsAt is null) is { } pause)
        {
            pause.EndsAt = now;
            (PausedAt, DueAt) = (null, Clocks.At(OpenedAt, FirstDueAt, 100, Standstills())!.Value);
            SetNextRung();
        }
    }

    private void SetNextRung() => NextRungAt = NextRung < Steps.Count
        ? RungAt(Steps[NextRung])
        : Steps[^1].AgainHours is { } hours ? RungAt(Steps[^1])?.AddHours((double)hours * (NextRung - Steps.Count + 1)) : null;

    private DateTimeOffset? RungAt(Step step) => Clocks.At(OpenedAt, FirstDueAt, step.Percent, Standstills());

    // A rung that repeats is told once after an outage, not once for every time it was missed.
    private void SkipMissedRepeats(DateTimeOffset now)
    {
        if (NextRung >= Steps.Count && NextRungAt <= now)
        {
            NextRung += (int)((now - NextRungAt.Value) / TimeSpan.FromHours(Steps[^1].AgainHours!.Value)) + 1;
            SetNextRung();
        }
    }

    private int Share(DateTimeOffset at) => (int)Math.Min(int.MaxValue, (at - OpenedAt).TotalSeconds * 100 / (FirstDueAt - OpenedAt).TotalSeconds);

    private IEnumerable<Standstill> Standstills() => Pauses.OrderBy(p => p.StartsAt).Select(p => new Standstill(p.StartsAt, p.EndsAt));

    internal sealed class Table : IEntityTypeConfiguration<Obligation>
    {
        public void Configure(EntityTypeBuilder<Obligation> builder)
        {
            builder.ToTable("obligations").Ignore(o => o.Subject).Ignore(o => o.IsOwed);
            builder.HasMany(o => o.Pauses).WithOne().HasForeignKey(p => p.Obligation);
        }
    }
}
