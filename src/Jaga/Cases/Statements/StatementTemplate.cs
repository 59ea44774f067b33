namespace Jaga.Cases.Statements;

/// <summary>
/// The words of statements of one kind and ground in one language, as somebody here wrote them. Never changed: a change is a new version, and the newest counts.
/// Where there is none, the one that comes with Jaga does (<see cref="StatementWords"/>).
/// </summary>
public sealed class StatementTemplate : IEntity, IAudited
{
    public Id<StatementTemplate> Id { get; private init; }

    public string Language { get; private init; } = "";

    public StatementKind Kind { get; private init; }

    public StatementGround Ground { get; private init; }

    /// <summary>From 1, in the order in which they were written.</summary>
    public int Version { get; private init; }

    public string Title { get; private init; } = "";

    public string Body { get; private init; } = "";

    /// <summary>Why it was changed.</summary>
    public string Why { get; private init; } = "";

    public string By { get; private init; } = "";

    public string ByName { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    public Subject Subject => Subject.Of("statement-template", Id);

    internal static StatementTemplate Of(string language, StatementKind kind, StatementGround ground, int version, string title, string body, string why, Actor by, DateTimeOffset now) => new()
    {
        Id = Id<StatementTemplate>.New(now),
        Language = language,
        Kind = kind,
        Ground = ground,
        Version = version,
        Title = title,
        Body = body,
        Why = why,
        By = by.Id,
        ByName = by.Name,
        At = now,
    };

    internal sealed class Table : IEntityTypeConfiguration<StatementTemplate>
    {
        public void Configure(EntityTypeBuilder<StatementTemplate> builder) => builder.ToTable("statement_templates").Ignore(t => t.Subject);
    }
}
