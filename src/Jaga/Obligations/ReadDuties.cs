namespace Jaga.Obligations;

/// <summary>The numbers of what is owed, for the page of obligations.</summary>
public sealed class ReadDuties(Db db, TimeProvider clock)
{
    /// <summary>What counts as soon.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromHours(24);

    /// <summary>Numbers at one moment. Holding times are owed but never overdue; a paused clock is not overdue either.</summary>
    public sealed record Numbers(int Owed, int Overdue, int DueSoon, int Paused, IReadOnlyList<ByClause> Clauses);

    /// <summary>The same by clause, only where something is owed.</summary>
    public sealed record ByClause(string Clause, int Owed, int Overdue, DateTimeOffset SoonestDueAt);

    public async Task<Numbers> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var soon = now + Soon;
        var rows = await db.Obligations.Owed().GroupBy(o => o.Clause).Select(g => new
        {
            Clause = g.Key,
            Owed = g.Count(),
            Overdue = g.Count(o => o.DueAt < now && o.PausedAt == null && o.Kind == ClauseKind.Deadline),
            DueSoon = g.Count(o => o.DueAt >= now && o.DueAt < soon && o.PausedAt == null && o.Kind == ClauseKind.Deadline),
            Paused = g.Count(o => o.PausedAt != null),
            Soonest = g.Min(o => o.DueAt),
        }).ToListAsync(ct);
        return new(
            rows.Sum(r => r.Owed), rows.Sum(r => r.Overdue), rows.Sum(r => r.DueSoon), rows.Sum(r => r.Paused),
            [.. rows.OrderBy(r => r.Soonest).Select(r => new ByClause(r.Clause, r.Owed, r.Overdue, r.Soonest))]);
    }
}
