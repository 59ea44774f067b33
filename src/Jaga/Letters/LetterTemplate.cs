namespace Jaga.Letters;

/// <summary>A letter to begin with, by name and language. Its text stands in its versions, none of which is ever changed.</summary>
public sealed class LetterTemplate : IEntity, IAudited
{
    public Id<LetterTemplate> Id { get; init; }

    /// <summary>At most 100 characters; unique within the language.</summary>
    public required string Name { get; init; }

    public required string Language { get; init; }

    /// <summary>The newest version's number, from 1.</summary>
    public int Version { get; private set; }

    public Subject Subject => Subject.Of("letter-template", Id);

    internal TemplateVersion Write(string title, string body, Actor by, DateTimeOffset now)
    {
        Version++;
        return new() { Id = Id<TemplateVersion>.New(now), Template = Id, Number = Version, Title = title, Body = body, By = by.ToString(), At = now };
    }

    internal sealed class Table : IEntityTypeConfiguration<LetterTemplate>
    {
        public void Configure(EntityTypeBuilder<LetterTemplate> builder)
        {
            builder.ToTable("letter_templates").Ignore(t => t.Subject);
            builder.Property(t => t.Version).IsConcurrencyToken();
        }
    }
}

/// <summary>One version of a template.</summary>
public sealed class TemplateVersion : IEntity
{
    public Id<TemplateVersion> Id { get; init; }

    public Id<LetterTemplate> Template { get; init; }

    public int Number { get; init; }

    public required string Title { get; init; }

    public required string Body { get; init; }

    public required string By { get; init; }

    public DateTimeOffset At { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<TemplateVersion>
    {
        public void Configure(EntityTypeBuilder<TemplateVersion> builder)
        {
            builder.ToTable("letter_template_versions");
            builder.HasOne<LetterTemplate>().WithMany().HasForeignKey(v => v.Template);
        }
    }
}
