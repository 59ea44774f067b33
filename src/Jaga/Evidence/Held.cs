namespace Jaga.Evidence;

/// <summary>A room above the vault that knows what belongs to something: which items an account posted, what a case is about. A hold over the whole holds its parts, and an erasure asks for them.</summary>
public interface IBelongings
{
    /// <summary>The parts of <paramref name="whole"/> that evidence is about; none where this room knows nothing of it.</summary>
    Task<IReadOnlyList<Subject>> Of(Subject whole, CancellationToken ct);

    /// <summary>What this room made of <paramref name="parts"/> and keeps evidence of itself: packages that copies of them went into.</summary>
    Task<IReadOnlyList<Subject>> MadeOf(IReadOnlyCollection<Subject> parts, CancellationToken ct) => Task.FromResult<IReadOnlyList<Subject>>([]);
}

/// <summary>What may not be destroyed on its day, and by what: a legal hold over it or over something that it belongs to, or an exhibit whose time is not over.</summary>
public sealed class Held(Db db, IEnumerable<IBelongings> rooms)
{
    // Only PostgreSQL has more than one writer at a time.
    private const string OneAtATime = "SELECT pg_advisory_xact_lock(7470002)";

    /// <summary>Everything that belongs to <paramref name="whole"/>, itself included.</summary>
    public async Task<HashSet<Subject>> Belonging(Subject whole, CancellationToken ct)
    {
        var all = new HashSet<Subject> { whole };
        foreach (var room in rooms)
        {
            all.UnionWith(await room.Of(whole, ct));
        }

        foreach (var room in rooms)
        {
            all.UnionWith(await room.MadeOf(all, ct));
        }

        return all;
    }

    /// <summary>The holds in force, each with all that it holds.</summary>
    public async Task<IReadOnlyList<(LegalHold Hold, HashSet<Subject> Over)>> Holds(CancellationToken ct)
    {
        var all = new List<(LegalHold, HashSet<Subject>)>();
        foreach (var hold in await db.LegalHolds.AsNoTracking().Where(h => h.LiftedAt == null).OrderBy(h => h.Id).ToListAsync(ct))
        {
            all.Add((hold, await Belonging(hold.Over, ct)));
        }

        return all;
    }

    /// <summary>The first of <paramref name="holds"/> that holds <paramref name="kept"/>, and the day until which exhibits need it; null for neither.</summary>
    public async Task<(LegalHold? Hold, Exhibit? Needs)> By(VaultObject kept, IReadOnlyList<(LegalHold Hold, HashSet<Subject> Over)> holds, CancellationToken ct)
    {
        var exhibits = await db.Exhibits.AsNoTracking().Where(e => db.ExhibitObjects.Any(o => o.ExhibitId == e.Id && o.ObjectId == kept.Id)).ToListAsync(ct);
        var hold = holds.FirstOrDefault(h => h.Over.Contains(kept.Subject) || h.Over.Contains(kept.About) || exhibits.Exists(e => h.Over.Contains(e.Subject) || h.Over.Contains(e.About)));
        return (hold.Hold, exhibits.MaxBy(e => e.KeepUntil));
    }

    /// <summary>Whoever places a hold and whoever destroys go one after the other, so that nothing is destroyed under a hold that was just placed. Until the transaction ends.</summary>
    internal async Task TakeTurns(CancellationToken ct)
    {
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlRawAsync(OneAtATime, ct);
        }
    }
}
