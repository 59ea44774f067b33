namespace Jaga.Cases;

/// <summary>One line of the queue or of the history.</summary>
public sealed record CaseLine(Id<Case> Id, Subject About, CaseState State, Severity Severity, string Category, DateTimeOffset OpenedAt, DateTimeOffset? LegalDueAt, DateTimeOffset DueAt, int Weight, bool Escalated, string? LeasedBy, DateTimeOffset? LeasedUntil, int Priority);

/// <summary>Lists cases: the open ones in the order of the queue, others newest first.</summary>
public sealed class ReadCases(Db db)
{
    /// <param name="page">For open cases, the cursor is the place of the last line; the queue is alive, so its pages are a view of now.</param>
    public async Task<Page<CaseLine>> Run(CaseState state, PageRequest page, CancellationToken ct)
    {
        var of = db.Cases.AsNoTracking().Where(c => c.State == state);
        if (state is CaseState.Open)
        {
            var rows = new List<CaseLine>(page.Rows + 1);
            foreach (var range in QueuePlace.After(QueuePlace.Read(page.After), of).TakeWhile(_ => rows.Count <= page.Rows))
            {
                rows.AddRange(await Lines(range.Take(page.Rows + 1 - rows.Count)).ToListAsync(ct));
            }

            return Page<CaseLine>.Of(rows, page.Rows, c => new QueuePlace(c.LegalDueAt, c.Severity, c.DueAt, c.Id) { Priority = c.Priority }.Text);
        }

        if (page.AfterId<Case>() is { } after)
        {
            of = of.Where(c => c.Id.CompareTo(after) < 0);
        }

        return Page<CaseLine>.Of(await Lines(of.OrderByDescending(c => c.Id).Take(page.Rows + 1)).ToListAsync(ct), page.Rows, c => c.Id.ToString());
    }

    private static IQueryable<CaseLine> Lines(IQueryable<Case> cases) => cases.Select(c =>
        new CaseLine(c.Id, c.About, c.State, c.Severity, c.Category, c.OpenedAt, c.LegalDueAt, c.DueAt, c.Weight, c.EscalatedAt != null, c.LeasedBy, c.LeasedUntil, c.Priority));

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/cases", async (ReadCases read, string? state, string? after, int? size, CancellationToken ct) =>
            TypedResults.Ok(await read.Run(Words.Read<CaseState>("state", state) ?? CaseState.Open, new(after, size), ct)))
        .Requires(Permission.ReadCases)
        .WithSummary("List cases");
}
