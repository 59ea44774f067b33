namespace Jaga.Cases.Statements;

/// <summary>What became of an objection.</summary>
public enum ObjectionOutcome
{
    /// <summary>The decision stands.</summary>
    Stands,

    /// <summary>The person was right: what was done is undone.</summary>
    Reversed,
}

/// <summary>What an affected person wrote against a decision, by the link in their statement. It is kept as it was written and opens the duty to decide it.</summary>
public sealed class Objection : IEntity, IAudited
{
    /// <summary>The most characters of one.</summary>
    public const int MaxText = 5000;

    /// <summary>The most that one statement takes.</summary>
    public const int Most = 5;

    public Id<Objection> Id { get; private init; }

    public Id<Statement> Statement { get; private init; }

    public Id<Case> Case { get; private init; }

    public string Text { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    /// <summary>What became of it; null while it waits.</summary>
    public ObjectionOutcome? Outcome { get; private set; }

    /// <summary>Why, as the person reads it.</summary>
    public string? AnswerWords { get; private set; }

    /// <summary>Who answered, as <see cref="Actor.Id"/>; the person does not see it.</summary>
    public string? AnsweredBy { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    public Subject Subject => Subject.Of("objection", Id);

    internal void Answer(ObjectionOutcome outcome, string words, Actor actor, DateTimeOffset now) => (Outcome, AnswerWords, AnsweredBy, AnsweredAt) = (outcome, words, actor.Id, now);

    internal static Objection Of(Statement statement, string text, DateTimeOffset now) => new() { Id = Id<Objection>.New(now), Statement = statement.Id, Case = statement.Case, Text = text, At = now };

    internal sealed class Table : IEntityTypeConfiguration<Objection>
    {
        public void Configure(EntityTypeBuilder<Objection> builder)
        {
            builder.ToTable("objections").Ignore(o => o.Subject);
            builder.HasOne<Statement>().WithMany().HasForeignKey(o => o.Statement);
        }
    }
}
