using Jaga.Audit;

namespace Jaga.Cases;

/// <summary>
/// Brings a case whose decision was taken back into the one that was opened about the same subject meanwhile, in the caller's transaction: one subject has one open case.
/// Findings, fingerprints, media and looks move; decisions and duties stay where they were made, and what is owed about the earlier case is owed until the later one is decided.
/// </summary>
public sealed class MergeCases(Db db, AuditLog audit, IEnumerable<IOnDecided> told)
{
    public async Task Run(Case earlier, Case open, string why, Actor actor, CancellationToken ct)
    {
        open.Absorb(earlier);
        audit.Record(actor, "case.merged", earlier.Subject, why, new { into = open.Id });
        audit.Record(actor, "case.grew", open.Subject, open.Category, new { open.Severity, merged = earlier.Id });
        await db.Cases.Where(c => c.MergedInto == earlier.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.MergedInto, open.Id), ct);
        await db.Findings.Where(f => f.Case == earlier.Id).ExecuteUpdateAsync(set => set.SetProperty(f => f.Case, open.Id), ct);
        await Signals(earlier.Id.Value, open.Id.Value, ct);
        await Media(earlier.Id, open.Id, ct);
        foreach (var room in told)
        {
            await room.Merged(earlier, open, actor, ct);
        }
    }

    /// <summary>The case and those that went into it: what is owed about any of them is owed until this one is decided.</summary>
    public static async Task<IReadOnlyList<Subject>> All(Db db, Id<Case> id, CancellationToken ct)
    {
        var merged = await db.Cases.AsNoTracking().Where(c => c.MergedInto == id).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(ct);
        return [.. merged.Prepend(id).Select(c => Subject.Of("case", c))];
    }

    private async Task Signals(Guid earlier, Guid open, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO case_signals ("case", type, value, quality, content) SELECT {open}, type, value, quality, content FROM case_signals WHERE "case" = {earlier} ON CONFLICT DO NOTHING
            """, ct);
        await db.Database.ExecuteSqlAsync($"""DELETE FROM case_signals WHERE "case" = {earlier}""", ct);
    }

    // A file that both cases hold stands in the open one once, and the looks at either are looks at it.
    private async Task Media(Id<Case> earlier, Id<Case> open, CancellationToken ct)
    {
        var here = await db.CaseMedia.AsNoTracking().Where(m => m.Case == open).Select(m => new { m.Id, m.Sha256 }).ToDictionaryAsync(m => m.Sha256, m => m.Id, ct);
        foreach (var media in await db.CaseMedia.AsNoTracking().Where(m => m.Case == earlier).Select(m => new { m.Id, m.Sha256 }).ToListAsync(ct))
        {
            if (!here.TryGetValue(media.Sha256, out var same))
            {
                same = media.Id;
                await db.CaseMedia.Where(m => m.Id == media.Id).ExecuteUpdateAsync(set => set.SetProperty(m => m.Case, open), ct);
            }

            await db.Reveals.Where(r => r.Media == media.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Case, open).SetProperty(r => r.Media, same), ct);
        }
    }
}
