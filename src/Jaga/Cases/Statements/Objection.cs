namespace Jaga.Cases.Statements;

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

    public Subject Subject => Subject.Of("objection", Id);

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
