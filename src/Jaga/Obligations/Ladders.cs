namespace Jaga.Obligations;

/// <summary>The ladders that the operator has set over those of the regimes, and which is in force.</summary>
public sealed class Ladders(Db db)
{
    private List<Ladder>? _newest;

    /// <summary>The clause as it is in force for an obligation that is opened now and owned by <paramref name="queue"/>: a version for that queue goes before one for any.</summary>
    /// <remarks>Asked in the transaction that opens the obligation, once for each use case: it sees what was set before, on whichever node.</remarks>
    public Clause InForce(Clause clause, string queue)
    {
        _newest ??= [.. Newest()];
        return (_newest.Find(l => l.Clause == clause.Name && l.Queue == queue) ?? _newest.Find(l => l.Clause == clause.Name && l.Queue.Length == 0))?.Over(clause) ?? clause;
    }

    /// <summary>The newest version of each clause and queue, as a query.</summary>
    internal IQueryable<Ladder> Newest() => db.Ladders.AsNoTracking().Where(l => !db.Ladders.Any(n => n.Clause == l.Clause && n.Queue == l.Queue && n.Number > l.Number));
}
