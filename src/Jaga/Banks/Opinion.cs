namespace Jaga.Banks;

/// <summary>What somebody here thinks of a signal.</summary>
public enum Judgement
{
    /// <summary>It is what its list says it is.</summary>
    Confirm,

    /// <summary>It is not; the list is wrong about it.</summary>
    Deconfirm,
}

/// <summary>What becomes of an opinion.</summary>
public enum OpinionState
{
    /// <summary>The signal is this house's own: there is nobody to tell.</summary>
    Kept,

    /// <summary>Is to be told to the list that the signal came from, not before its time.</summary>
    Waiting,

    /// <summary>The list's keeper has it.</summary>
    Sent,

    /// <summary>The list's keeper would not have it, and said why.</summary>
    Refused,

    /// <summary>A newer opinion took its place before it was told, or its decision was taken back.</summary>
    Withdrawn,
}

/// <summary>
/// That somebody here confirms or deconfirms a signal: by deciding a case that it opened, or by hand. The newest one of a signal is the house's.
/// Those about other people's signals wait to be told to them.
/// </summary>
public sealed class Opinion : IEntity, IAudited
{
    /// <summary>Characters in a reason, and in the other side's answer.</summary>
    public const int MaxText = 500;

    public Id<Opinion> Id { get; private init; }

    /// <summary><see cref="Jaga.Banks.Signal.Id"/>.</summary>
    public long Signal { get; private init; }

    /// <summary><see cref="Jaga.Banks.Bank.Number"/>.</summary>
    public int Bank { get; private init; }

    public Judgement Judgement { get; private init; }

    public OpinionState State { get; private set; }

    public string Why { get; private init; } = "";

    /// <summary>The decision that it follows from, or the member of staff who gave it by hand.</summary>
    public Subject GivenIn { get; private init; }

    /// <summary>As <see cref="Actor.ToString"/>.</summary>
    public string By { get; private init; } = "";

    public string ByName { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    /// <summary>Not to be told to anybody before: a decision can be taken back for a while.</summary>
    public DateTimeOffset DueAt { get; private init; }

    /// <summary>When it was sent, refused or withdrawn.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>What the other side said, at most 500 characters; null where nothing.</summary>
    public string? Answer { get; private set; }

    public Subject Subject => Subject.Of("opinion", Id);

    internal static Opinion Of(Signal signal, bool waits, Judgement judgement, string why, Subject givenIn, Actor by, DateTimeOffset now, DateTimeOffset dueAt) => new()
    {
        Id = Id<Opinion>.New(now),
        Signal = signal.Id,
        Bank = signal.Bank,
        Judgement = judgement,
        State = waits ? OpinionState.Waiting : OpinionState.Kept,
        Why = why,
        GivenIn = givenIn,
        By = by.ToString(),
        ByName = by.Name,
        At = now,
        DueAt = dueAt,
    };

    /// <summary>The list's keeper has it.</summary>
    /// <exception cref="RuleBroken">It waits no more.</exception>
    public void Sent(string? answer, DateTimeOffset now) => End(OpinionState.Sent, answer, now);

    /// <summary>The list's keeper would not have it.</summary>
    /// <exception cref="RuleBroken">It waits no more.</exception>
    public void Refused(string? answer, DateTimeOffset now) => End(OpinionState.Refused, answer, now);

    internal void Withdraw(DateTimeOffset now) => (State, EndedAt) = (OpinionState.Withdrawn, now);

    private void End(OpinionState state, string? answer, DateTimeOffset now)
    {
        if (State is not OpinionState.Waiting)
        {
            throw new RuleBroken("This opinion does not wait to be sent.");
        }

        (State, Answer, EndedAt) = (state, answer is { Length: > MaxText } ? answer[..MaxText] : answer, now);
    }

    internal sealed class Table : IEntityTypeConfiguration<Opinion>
    {
        public void Configure(EntityTypeBuilder<Opinion> builder)
        {
            builder.ToTable("opinions").Ignore(o => o.Subject);
            builder.Property(o => o.State).IsConcurrencyToken();
        }
    }
}
