using Jaga.Cases;

namespace Jaga.Reports.Flaggers;

/// <summary>A flagger reads its own reports and what became of each, and nobody else's; and its figures of a year.</summary>
public sealed class ReadFlaggerReports(Db db, TimeProvider clock)
{
    /// <summary>The most reports that figures are reckoned from.</summary>
    private const int MostReckoned = 100_000;

    /// <param name="Id">The flagger's own id for it.</param>
    /// <param name="Verdict">Null until it is decided and can no longer be taken back.</param>
    public sealed record Row(string Id, Id<Report> Report, string Category, string Location, DateTimeOffset ReceivedAt, Verdict? Verdict, string? Policy, DateTimeOffset? DecidedAt);

    /// <param name="Upheld">Found to break a rule or the law.</param>
    /// <param name="MedianHours">From receipt to decision; null while nothing is decided.</param>
    public sealed record Figures(int Year, int Received, int Upheld, int Rejected, int Waiting, double? MedianHours)
    {
        /// <summary>The share that was upheld of what was decided, smoothed as if one more of each had been; null while nothing is decided.</summary>
        public double? Accuracy => Upheld + Rejected == 0 ? null : (Upheld + 1.0) / (Upheld + Rejected + 2.0);
    }

    /// <summary>Newest first.</summary>
    /// <exception cref="NotFound">The actor speaks for no flagger.</exception>
    public async Task<Page<Row>> Run(PageRequest page, Actor actor, CancellationToken ct)
    {
        var who = Own(actor).ToString();
        var of = db.PassedReports.AsNoTracking().Where(p => p.By == who);
        if (page.AfterId<Report>() is { } after)
        {
            of = of.Where(p => p.Report.CompareTo(after) < 0);
        }

        var now = clock.GetUtcNow();
        var rows = await (from p in of.OrderByDescending(p => p.Report).Take(page.Rows + 1)
                          join r in db.Reports.AsNoTracking() on p.Report equals r.Id
                          select new { p.OutsideId, r.Id, r.Category, r.Location, r.ReceivedAt, Told = db.Decisions.Where(d => r.Decision == d.Id && d.UndoneAt == null && d.UndoUntil <= now).Select(d => new { d.Verdict, d.Policy, d.At }).FirstOrDefault() })
            .ToListAsync(ct);
        return Page<Row>.Of([.. rows.OrderByDescending(r => r.Id).Select(r => new Row(r.OutsideId, r.Id, r.Category, r.Location, r.ReceivedAt, r.Told?.Verdict, r.Told?.Policy, r.Told?.At))], page.Rows, r => r.Report.ToString());
    }

    /// <summary>A flagger's figures of a calendar year in UTC.</summary>
    public async Task<Figures> Of(Subject flagger, int year, CancellationToken ct)
    {
        if (year is < 2000 or > 9998)
        {
            throw new BadInput("year", "A year has four digits.");
        }

        var (from, to, now) = (new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero), clock.GetUtcNow());
        var rows = await db.Reports.AsNoTracking().Where(r => r.By == flagger && r.ReceivedAt >= from && r.ReceivedAt < to).OrderBy(r => r.Id).Take(MostReckoned)
            .Select(r => new { r.ReceivedAt, Told = db.Decisions.Where(d => r.Decision == d.Id && d.UndoneAt == null && d.UndoUntil <= now).Select(d => new { d.Verdict, d.At }).FirstOrDefault() }).ToListAsync(ct);
        var hours = rows.Where(r => r.Told is not null).Select(r => (r.Told!.At - r.ReceivedAt).TotalHours).Order().ToList();
        var upheld = rows.Count(r => r.Told?.Verdict is Verdict.Violation or Verdict.Illegal);
        return new(year, rows.Count, upheld, hours.Count - upheld, rows.Count - hours.Count,
            hours.Count == 0 ? null : Math.Round((hours[(hours.Count - 1) / 2] + hours[hours.Count / 2]) / 2, 2));
    }

    internal static Subject Own(Actor actor) => actor.For is { Kind: "flagger" } own ? own : throw new NotFound("flagger that you speak for");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/flagger/reports", async (ReadFlaggerReports read, Actor actor, string? after, int? size, CancellationToken ct) => TypedResults.Ok(await read.Run(new(after, size), actor, ct)))
            .Requires(Permission.FlagContent)
            .WithSummary("Read one's own reports and their answers");
        api.MapGet("/flagger/figures", async (ReadFlaggerReports read, TimeProvider clock, Actor actor, int? year, CancellationToken ct) => TypedResults.Ok(await read.Of(Own(actor), year ?? clock.GetUtcNow().Year, ct)))
            .Requires(Permission.FlagContent)
            .WithSummary("Read one's own figures of a year");
    }
}
