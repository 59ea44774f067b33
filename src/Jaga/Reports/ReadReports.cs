using Jaga.Cases;
using Jaga.Deliveries;

namespace Jaga.Reports;

/// <summary>One line of the register.</summary>
/// <param name="HasIdentity">Whether somebody with the right could open who reported.</param>
public sealed record ReportLine(
    Id<Report> Id, Subject About, Id<Case>? CaseId, string Category, string Words, string Location, ReportVia Via, Subject? By, DateTimeOffset ReceivedAt, ReportState State,
    Id<Report>? SameAs, bool HasIdentity, DateTimeOffset? AskedAt);

/// <summary>A report as the desk sees it, with its conversation.</summary>
/// <param name="Screenshot">What became of the picture that came with it; null where none did.</param>
/// <param name="Picture">That picture among the case's media, without its bytes; null where it could not be read, or is not at the desk yet.</param>
/// <param name="Mail">How the newest mail to them stands; null where there is none, or it was cleared away.</param>
/// <param name="Against">The decision after which it came to the desk again, on a complaint; null where it did not.</param>
/// <param name="Complaint">The decision that the reporter complains of while nobody has answered; null where they do not. A lead answers, and not <see cref="DecidedBy"/>.</param>
/// <param name="DecidedBy">Who took that decision, as <see cref="Actor.Id"/>.</param>
/// <param name="OnDeskOf">Who has the case on the desk now, as <see cref="Actor.Id"/>: nobody else looks at its media.</param>
public sealed record ReportCard(
    ReportLine Report, string Happened, string Language, bool HasContact, string? Screenshot, MediaCard? Picture, string? OnDeskOf, Id<Decision>? Decision, DateTimeOffset? ToldAt, DeliveryState? Mail, Id<Decision>? Complaint, string? DecidedBy,
    Id<Decision>? Against, IReadOnlyList<ReportMessage> Messages);

/// <summary>The register of reports, newest first.</summary>
public sealed class ReadReports(Db db, TimeProvider clock, ReplyDuty owed)
{
    private const int LongestSearch = 100;

    /// <param name="Asked">Only those whose reporter waits for an answer.</param>
    /// <param name="About">A subject as <c>kind/id</c>.</param>
    /// <param name="Search">Words that the report or its address holds.</param>
    public sealed record Filter(ReportState? State = null, ReportVia? Via = null, string? Category = null, Subject? About = null, Id<Case>? Case = null, string? By = null, bool Asked = false, bool Apart = false, string? Search = null);

    public async Task<Page<ReportLine>> Run(Filter filter, PageRequest page, CancellationToken ct)
    {
        var rows = Of(filter);
        if (page.AfterId<Report>() is { } after)
        {
            rows = rows.Where(r => r.Id.CompareTo(after) < 0);
        }

        return Page<ReportLine>.Of(await Lines(rows.OrderByDescending(r => r.Id).Take(page.Rows + 1)).ToListAsync(ct), page.Rows, r => r.Id.ToString());
    }

    public async Task<ReportCard> One(Id<Report> id, CancellationToken ct)
    {
        var of = db.Reports.AsNoTracking().Where(r => r.Id == id);
        var line = await Lines(of).SingleOrDefaultAsync(ct) ?? throw new NotFound("such report");
        var rest = await of.SingleAsync(ct);
        var complaint = await owed.Against(rest, ct);
        var decidedBy = complaint is null ? null : await db.Decisions.Where(d => d.Id == complaint).Select(d => d.By).SingleAsync(ct);
        var messages = await db.ReportMessages.AsNoTracking().Where(m => m.Report == id).OrderBy(m => m.Id).Take(ReportMessage.Most).ToListAsync(ct);
        var (@case, sha256) = (line.CaseId, rest.Picture);
        var picture = @case is null || sha256 is null ? null : await db.CaseMedia.AsNoTracking().Where(m => m.Case == @case && m.Sha256 == sha256)
            .Select(m => new MediaCard(m.Id, m.Sha256, m.Format, m.Width, m.Height, m.Preview != null, m.View != null)).FirstOrDefaultAsync(ct);
        var now = clock.GetUtcNow();
        var desk = picture is null ? null : await db.Cases.Where(c => c.Id == @case && c.LeasedUntil > now).Select(c => c.LeasedBy).SingleOrDefaultAsync(ct);
        var about = rest.Subject;
        var mail = await db.Deliveries.Where(d => d.About.Kind == about.Kind && d.About.Id == about.Id && d.Type == ReportMail.Type).OrderByDescending(d => d.Seq).Select(d => (DeliveryState?)d.State).FirstOrDefaultAsync(ct);
        return new(line, rest.Happened, rest.Language, rest.Contact is not null, rest.Screenshot, picture, desk, rest.Decision, rest.ToldAt, mail, complaint, decidedBy, rest.Against, messages);
    }

    /// <summary>How many reports a case has; null for none. One row, however many they are.</summary>
    public Task<ReportCount?> Count(Id<Case> @case, CancellationToken ct) => db.ReportCounts.AsNoTracking().SingleOrDefaultAsync(c => c.Case == @case, ct);

    private IQueryable<Report> Of(Filter filter)
    {
        var rows = db.Reports.AsNoTracking();
        rows = filter.State is { } state ? rows.Where(r => r.State == state) : rows;
        rows = filter.Via is { } via ? rows.Where(r => r.Via == via) : rows;
        rows = filter.Category is { } category ? rows.Where(r => r.Category == category) : rows;
        rows = filter.About is { } about ? rows.Where(r => r.About.Kind == about.Kind && r.About.Id == about.Id) : rows;
        rows = filter.Case is { } @case ? rows.Where(r => r.Case == @case) : rows;
        rows = filter.Asked ? rows.Where(r => r.AskedAt != null) : rows;
        rows = filter.Apart ? rows.Where(r => r.SameAs == null) : rows;
        if (filter.Search?.Trim() is { Length: > 0 } search)
        {
            var like = $"%{(search.Length > LongestSearch ? search[..LongestSearch] : search).ToLowerInvariant().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
#pragma warning disable CA1304, CA1311, CA1862 // Both are the store's own functions.
            rows = rows.Where(r => EF.Functions.Like(r.Words.ToLower(), like, "\\") || EF.Functions.Like(r.Location.ToLower(), like, "\\"));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return rows;
    }

    private static IQueryable<ReportLine> Lines(IQueryable<Report> rows) => rows.Select(r =>
        new ReportLine(r.Id, r.About, r.Case, r.Category, r.Words, r.Location, r.Via, r.By, r.ReceivedAt, r.State, r.SameAs, r.Identity != null, r.AskedAt));

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/reports", async (ReadReports read, string? state, string? via, string? category, string? about, string? caseId, bool? asked, string? search, string? after, int? size, CancellationToken ct) =>
                TypedResults.Ok(await read.Run(Asked(state, via, category, about, caseId, asked, search), new(after, size), ct)))
            .Requires(Permission.ReadReports)
            .WithSummary("List reports").WithDescription("Newest first. about is kind/id; asked=true gives those whose reporter waits for an answer.");
        api.MapGet("/reports/{id}", async (Id<Report> id, ReadReports read, CancellationToken ct) => TypedResults.Ok(await read.One(id, ct)))
            .Requires(Permission.ReadReports)
            .WithSummary("Read a report with its conversation");
    }

    /// <summary>A filter from the words of a query.</summary>
    /// <exception cref="BadInput">A word is none of those there are.</exception>
    public static Filter Asked(string? state, string? via, string? category, string? about, string? caseId, bool? asked, string? search) => new(
        Words.Read<ReportState>("state", state), Words.Read<ReportVia>("via", via), string.IsNullOrEmpty(category) ? null : category,
        string.IsNullOrEmpty(about) ? null : about.IndexOf('/', StringComparison.Ordinal) is > 0 and var at ? new(about[..at], about[(at + 1)..]) : throw new BadInput("about", "It is kind/id, e.g. group/812."),
        string.IsNullOrEmpty(caseId) ? null : Id<Case>.TryParse(caseId, null, out var id) ? id : throw new BadInput("caseId", "This is no case's id."), Asked: asked is true, Search: search);
}
