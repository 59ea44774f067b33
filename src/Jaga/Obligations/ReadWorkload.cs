namespace Jaga.Obligations;

/// <summary>How much is owed by whom: open and overdue by queue and person. Never how fast anybody is.</summary>
public sealed class ReadWorkload(Db db, TimeProvider clock)
{
    /// <summary>The most rows: queues times persons.</summary>
    public const int Most = 500;

    /// <summary>What one person owes for one queue; <c>Person</c> is null for what only the queue owns.</summary>
    public sealed record Row(string Queue, string? Person, int Owed, int Overdue, int DueSoon, int Paused, DateTimeOffset SoonestDueAt);

    public async Task<IReadOnlyList<Row>> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var soon = now + ReadDuties.Soon;
        var rows = await db.Obligations.Owed().GroupBy(o => new { o.Queue, o.Person }).Select(g => new
        {
            g.Key,
            Owed = g.Count(),
            Overdue = g.Count(o => o.DueAt < now && o.PausedAt == null && o.Kind == ClauseKind.Deadline),
            DueSoon = g.Count(o => o.DueAt >= now && o.DueAt < soon && o.PausedAt == null && o.Kind == ClauseKind.Deadline),
            Paused = g.Count(o => o.PausedAt != null),
            Soonest = g.Min(o => o.DueAt),
        }).OrderBy(r => r.Key.Queue).ThenByDescending(r => r.Owed).Take(Most).ToListAsync(ct);
        return [.. rows.Select(r => new Row(r.Key.Queue, r.Key.Person, r.Owed, r.Overdue, r.DueSoon, r.Paused, r.Soonest))];
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/obligations/workload", (ReadWorkload read, CancellationToken ct) => read.Run(ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("How much is owed, by queue and person");
}
