namespace Jaga.Reports.Flaggers;

/// <summary>What sort of organisation reports under its own name.</summary>
public enum FlaggerKind
{
    /// <summary>Its status was awarded by an authority (Regulation (EU) 2022/2065, article 22).</summary>
    Trusted,

    /// <summary>An organisation that the house itself listens to first.</summary>
    Ngo,
}

/// <summary>An organisation whose reports are read before others, and answered one by one.</summary>
public sealed class Flagger : IEntity, IAudited
{
    public Id<Flagger> Id { get; private init; }

    /// <summary>Unique, 1 to 200 characters.</summary>
    public string Name { get; private init; } = "";

    public FlaggerKind Kind { get; private init; }

    /// <summary>Who awarded its status, e.g. a Digital Services Coordinator; for an NGO, who of the house vouches for it.</summary>
    public string StatusBy { get; private init; } = "";

    /// <summary>What it knows about, of <see cref="ReportCategories.All"/>; empty for everything.</summary>
    public IReadOnlyList<string> Categories { get; private init; } = [];

    /// <summary>ISO 3166 alpha-2, <c>EU</c>, or <c>*</c> for everywhere.</summary>
    public string Territory { get; private init; } = "";

    /// <summary>How people there are reached, at most 500 characters.</summary>
    public string Contact { get; private init; } = "";

    public DateTimeOffset AddedAt { get; private init; }

    /// <summary>What its keys speak for.</summary>
    public Subject Subject => Subject.Of("flagger", Id);

    internal static Flagger Of(AddFlagger.Request wish, DateTimeOffset now) => new()
    {
        Id = Id<Flagger>.New(now),
        Name = wish.Name.Trim(),
        Kind = wish.Kind,
        StatusBy = wish.StatusBy.Trim(),
        Categories = [.. (wish.Categories ?? []).Distinct().Order(StringComparer.Ordinal)],
        Territory = wish.Territory.Trim(),
        Contact = wish.Contact?.Trim() ?? "",
        AddedAt = now,
    };

    internal sealed class Table : IEntityTypeConfiguration<Flagger>
    {
        public void Configure(EntityTypeBuilder<Flagger> builder)
        {
            builder.ToTable("flaggers").Ignore(f => f.Subject);
            People.Words.HasWords(builder.Property(f => f.Categories));
        }
    }
}

/// <summary>A report that an organisation or the platform passed on, under the id that it has there: the same one again is the same report.</summary>
public sealed class PassedReport : IEntity
{
    /// <summary>Who passed it on: a flagger, or the platform's name.</summary>
    public string By { get; init; } = "";

    /// <summary>Their id for it, 1 to 200 characters.</summary>
    public string OutsideId { get; init; } = "";

    public Id<Report> Report { get; init; }

    /// <summary>The platform's pseudonym of whoever reported, under a key of the house: enough to tell two apart, and no more. Null where none was given.</summary>
    public string? Reporter { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<PassedReport>
    {
        public void Configure(EntityTypeBuilder<PassedReport> builder) => builder.ToTable("passed_reports").HasKey(p => new { p.By, p.OutsideId });
    }
}
