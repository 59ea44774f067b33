namespace Jaga.Letters;

/// <summary>Which way a letter goes.</summary>
public enum Direction
{
    In,
    Out,
}

/// <summary>How a letter stands.</summary>
public enum LetterState
{
    /// <summary>Came in, and nobody has answered.</summary>
    Open,

    /// <summary>Came in, and its answer has reached everyone it is addressed to.</summary>
    Answered,

    /// <summary>Being written.</summary>
    Draft,

    /// <summary>Its newest version was approved; nothing has left yet.</summary>
    Approved,

    /// <summary>On its way to at least one recipient who does not have it.</summary>
    Sending,

    /// <summary>Every recipient has it: a mail server of theirs or ours took it on, the post's receipt is entered, or it was read in the portal.</summary>
    Sent,

    /// <summary>A person decided that it needs no answer, or will not be sent, and said why.</summary>
    Closed,
}

/// <summary>One letter of the register: correspondence with an organisation, in or out. Who it is from or to stands in <see cref="Party"/>, what it says in <see cref="Draft"/>.</summary>
public sealed class Letter : IEntity, IAudited
{
    public Id<Letter> Id { get; init; }

    public Direction Direction { get; init; }

    /// <summary>At most 200 characters. Of an outgoing letter that of its newest version, with its fields unfilled.</summary>
    public required string Title { get; set; }

    /// <summary>The sender's own number for it, at most 100 characters.</summary>
    public required string Reference { get; init; }

    /// <summary>BCP 47, e.g. <c>id</c>.</summary>
    public required string Language { get; init; }

    /// <summary>What it is about, as <c>kind/id</c> (a case, an order); null for nothing in particular.</summary>
    public string? About { get; init; }

    /// <summary>The letter that it answers.</summary>
    public Id<Letter>? Answers { get; init; }

    /// <summary>Why this answer is meant for fewer than all who signed, at most 500 characters; null where it is meant for all of them.</summary>
    public string? Fewer { get; init; }

    /// <summary>The id of the member of staff whose it is; null for the leads' queue.</summary>
    public string? Owner { get; init; }

    public LetterState State { get; private set; }

    /// <summary>What an incoming letter says, or a summary; empty where the attachment says it all. At most 50,000 characters.</summary>
    public string Body { get; init; } = "";

    /// <summary>When it arrived, or its first version was written.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who entered it, as <see cref="Actor.ToString"/>.</summary>
    public required string By { get; init; }

    /// <summary>By when it is to be answered, or to be with its recipients.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The newest version's number, from 1; 0 of an incoming letter.</summary>
    public int Version { get; private set; }

    public int? ApprovedVersion { get; private set; }

    public string? ApprovedBy { get; private set; }

    /// <summary>When the last recipient had it, or the answer's last one.</summary>
    public DateTimeOffset? DoneAt { get; private set; }

    public string? ClosedBecause { get; private set; }

    public Subject Subject => Subject.Of("letter", Id);

    /// <summary>Whether somebody outside still waits for it or for its answer.</summary>
    public bool IsOpen => State is not (LetterState.Answered or LetterState.Sent or LetterState.Closed);

    /// <summary>An incoming letter that waits for an answer, or, where none is expected, is filed at once.</summary>
    internal Letter Arrive(bool needsAnswer)
    {
        (State, ClosedBecause) = needsAnswer ? (LetterState.Open, null) : (LetterState.Closed, "No answer is expected.");
        return this;
    }

    /// <summary>Another version. An approval was for the version before it and is over.</summary>
    /// <exception cref="RuleBroken">It is not being written any more.</exception>
    internal Draft Write(string title, string body, string note, Actor by, DateTimeOffset now)
    {
        if (Direction is Direction.In || (Version > 0 && State is not (LetterState.Draft or LetterState.Approved)))
        {
            throw new RuleBroken(Direction is Direction.In ? "A letter that came in is not ours to rewrite." : "This letter has left the house; write another.");
        }

        (Version, Title, State, ApprovedVersion, ApprovedBy) = (Version + 1, title, LetterState.Draft, null, null);
        return new() { Id = Id<Draft>.New(now), Letter = Id, Number = Version, Title = title, Body = body, Note = note, By = by.ToString(), At = now };
    }

    /// <summary>Somebody stands for the newest version.</summary>
    internal void Approve(int version, Actor by)
    {
        if (State is not LetterState.Draft)
        {
            throw new RuleBroken(Direction is Direction.In ? "Only a letter that goes out is approved." : "This letter is not waiting to be approved.");
        }

        if (version != Version)
        {
            throw new RuleBroken($"Version {Version} is the newest; what you read was version {version}.");
        }

        (State, ApprovedVersion, ApprovedBy) = (LetterState.Approved, version, by.ToString());
    }

    /// <summary>It leaves.</summary>
    internal void Leave() => State = State is LetterState.Approved ? LetterState.Sending : throw new RuleBroken(State is LetterState.Draft ? "Nobody has approved this letter yet." : "This letter is not waiting to be sent.");

    /// <summary>Everyone has it, or it is answered.</summary>
    internal void Done(DateTimeOffset now) => (State, DoneAt) = (Direction is Direction.In ? LetterState.Answered : LetterState.Sent, now);

    /// <summary>It came back from a recipient, or its answer did.</summary>
    internal void Undone() => (State, DoneAt) = (Direction is Direction.In ? LetterState.Open : LetterState.Sending, null);

    internal void Close(string because)
    {
        if (!IsOpen || State is LetterState.Sending)
        {
            throw new RuleBroken(State is LetterState.Sending ? "This letter is on its way; some recipients may have it." : "This letter is over already.");
        }

        (State, ClosedBecause) = (LetterState.Closed, because);
    }

    internal sealed class Table : IEntityTypeConfiguration<Letter>
    {
        public void Configure(EntityTypeBuilder<Letter> builder)
        {
            builder.ToTable("letters").Ignore(l => l.Subject).Ignore(l => l.IsOpen);
            builder.HasOne<Letter>().WithMany().HasForeignKey(l => l.Answers);
            builder.Property(l => l.State).IsConcurrencyToken();
        }
    }
}

/// <summary>One version of an outgoing letter, as it was written; none is ever changed or dropped.</summary>
public sealed class Draft : IEntity
{
    public Id<Draft> Id { get; init; }

    public Id<Letter> Letter { get; init; }

    /// <summary>From 1.</summary>
    public int Number { get; init; }

    /// <summary>The subject line, with its fields unfilled.</summary>
    public required string Title { get; init; }

    /// <summary>The text, with its fields unfilled (<see cref="MergeFields"/>), in the form of <see cref="LetterText"/>.</summary>
    public required string Body { get; init; }

    /// <summary>What was changed and why, in the writer's words; may be empty.</summary>
    public required string Note { get; init; }

    public required string By { get; init; }

    public DateTimeOffset At { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Draft>
    {
        public void Configure(EntityTypeBuilder<Draft> builder)
        {
            builder.ToTable("drafts");
            builder.HasOne<Letter>().WithMany().HasForeignKey(d => d.Letter);
        }
    }
}
