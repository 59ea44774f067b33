using Jaga.Evidence;

namespace Jaga.Cases;

public enum Verdict
{
    /// <summary>Nothing is wrong with it.</summary>
    NoViolation,

    /// <summary>It breaks the platform's own rules.</summary>
    Violation,

    /// <summary>It breaks the law.</summary>
    Illegal,

    /// <summary>The reviewer could not look, or would rather not. The case goes to a lead and stays open.</summary>
    CannotView,
}

/// <summary>What a person concluded. Kept for ever; taken back only as a whole, within the undo window.</summary>
public sealed class Decision : IEntity, IAudited
{
    public Id<Decision> Id { get; private init; }

    public Id<Case> Case { get; private init; }

    public Verdict Verdict { get; private init; }

    /// <summary>The policy or clause that it rests on.</summary>
    public string Policy { get; private init; } = "";

    public string Reason { get; private init; } = "";

    /// <summary>As <see cref="Actor.Id"/>.</summary>
    public string By { get; private init; } = "";

    public string ByName { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    /// <summary>Until then the decider can take it back: nothing leaves before.</summary>
    public DateTimeOffset UndoUntil { get; private init; }

    public DateTimeOffset? UndoneAt { get; private set; }

    /// <summary>What was sealed with it; null where nothing needed sealing.</summary>
    public Id<Exhibit>? Exhibit { get; internal set; }

    public Subject Subject => Subject.Of("decision", Id);

    public static Decision Of(Actor actor, Id<Case> @case, Verdict verdict, string policy, string reason, DateTimeOffset now, TimeSpan undo) => new()
    {
        Id = Id<Decision>.New(now),
        Case = @case,
        Verdict = verdict,
        Policy = policy,
        Reason = reason,
        By = actor.Id,
        ByName = actor.Name,
        At = now,
        UndoUntil = now + undo,
    };

    /// <summary>Takes the decision back.</summary>
    /// <exception cref="RuleBroken">The window is over, or it was taken back before.</exception>
    public void Undo(Actor actor, DateTimeOffset now)
    {
        if (UndoneAt is not null)
        {
            throw new RuleBroken("This decision was taken back already.");
        }

        if (By != actor.Id)
        {
            throw new RuleBroken("Only who decided takes it back within the window. Afterwards a lead reverses it.");
        }

        if (now >= UndoUntil)
        {
            throw new RuleBroken("The time to take this back is over: it has left the house. Reverse it instead.");
        }

        UndoneAt = now;
    }

    internal sealed class Table : IEntityTypeConfiguration<Decision>
    {
        public void Configure(EntityTypeBuilder<Decision> builder)
        {
            builder.ToTable("decisions").Ignore(d => d.Subject);
            builder.HasOne<Case>().WithMany().HasForeignKey(d => d.Case);
            builder.Property(d => d.UndoneAt).IsConcurrencyToken();
        }
    }
}
