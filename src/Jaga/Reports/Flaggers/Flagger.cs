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
    public string Name { get; private set; } = "";

    public FlaggerKind Kind { get; private set; }

    /// <summary>Who awarded its status, e.g. a Digital Services Coordinator; for an NGO, who of the house vouches for it.</summary>
    public string StatusBy { get; private set; } = "";

    /// <summary>What it knows about, of <see cref="ReportCategories.All"/>; empty for everything.</summary>
    public IReadOnlyList<string> Categories { get; private set; } = [];

    /// <summary>ISO 3166 alpha-2, <c>EU</c>, or <c>*</c> for everywhere.</summary>
    public string Territory { get; private set; } = "";

    /// <summary>How people there are reached, at most 500 characters.</summary>
    public string Contact { get; private set; } = "";

    /// <summary>The name of the webhook that is told of each answer; null where it reads them at the interface.</summary>
    public string? Receiver { get; private set; }

    public DateTimeOffset AddedAt { get; private init; }

    /// <summary>When it stopped being one; null while it is.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>What its keys speak for.</summary>
    public Subject Subject => Subject.Of("flagger", Id);

    internal static Flagger New(DateTimeOffset now) => new() { Id = Id<Flagger>.New(now), AddedAt = now };

    /// <exception cref="NotFound">There is none with this id.</exception>
    internal static async Task<Flagger> Find(Db db, Id<Flagger> id, CancellationToken ct) => await db.Flaggers.SingleOrDefaultAsync(f => f.Id == id, ct) ?? throw new NotFound("such flagger");

    /// <exception cref="RuleBroken">Another has this name, or there is no such receiver.</exception>
    internal static async Task MustFit(Db db, FlaggerForm form, Id<Flagger> id, CancellationToken ct)
    {
        if (await db.Flaggers.AnyAsync(f => f.Name == form.Name && f.Id != id, ct))
        {
            throw new RuleBroken($"There is a flagger named '{form.Name}' already.");
        }

        if (form.Receiver is { } receiver && !await db.Receivers.AnyAsync(r => r.Name == receiver, ct))
        {
            throw new RuleBroken($"There is no receiver named '{receiver}' yet; name one before anything is sent to it.");
        }
    }

    /// <summary>Writes a checked form onto it.</summary>
    /// <exception cref="RuleBroken">It was ended.</exception>
    internal void Fill(FlaggerForm form)
    {
        MustStand();
        (Name, Kind, StatusBy, Territory, Categories, Contact, Receiver) = (form.Name, form.Kind, form.StatusBy, form.Territory, form.Categories!, form.Contact!, form.Receiver);
    }

    /// <exception cref="RuleBroken">It was ended before.</exception>
    internal void End(DateTimeOffset now)
    {
        MustStand();
        EndedAt = now;
    }

    /// <exception cref="RuleBroken">It was ended.</exception>
    internal void MustStand() => _ = EndedAt is null ? true : throw new RuleBroken("This flagger was ended.");

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
    /// <summary>Who passed it on: a flagger, or the platform by the first key that it had for that.</summary>
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
