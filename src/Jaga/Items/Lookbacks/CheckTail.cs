using System.Runtime.InteropServices;
using Jaga.Items.Fingerprints;
using Jaga.Matching;

namespace Jaga.Items.Lookbacks;

/// <summary>
/// Pays what is owed to late checks. A check that was committed after a look-back had begun, by a node that was behind, knew less than was searched for;
/// it waits in the tail, is looked up once more, and from then on knows enough.
/// </summary>
public sealed class CheckTail(Db db, Matcher matcher, RecordLookback record)
{
    private const int Most = 1000;

    /// <returns>How many late checks there were.</returns>
    public async Task<int> Run(CancellationToken ct)
    {
        for (var late = 0; ; late += Most)
        {
            var rows = await db.Database.SqlQuery<Late>(
                $"SELECT number AS \"Number\", heads AS \"Heads\", hashes AS \"Hashes\" FROM fingerprint_tail WHERE seq < (SELECT value FROM fingerprint_marks WHERE name = 'seq') ORDER BY number LIMIT {Most}").ToListAsync(ct);
            if (rows.Count == 0)
            {
                return late;
            }

            await matcher.CatchUp(ct);
            var knows = matcher.Seq;
            var ids = rows.Select(r => MemoryMarshal.Read<KeptHead>(r.Heads).Item).ToList();
            var items = await db.Items.AsNoTracking().Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
            var hits = new List<LookbackHit>();
            foreach (var row in rows)
            {
                if (items.TryGetValue(MemoryMarshal.Read<KeptHead>(row.Heads).Item, out var item)
                    && LookbackHit.Of(item.Id, matcher.Look(KeptQuery.Of(row.Hashes, item)), _ => true) is { } hit)
                {
                    hits.Add(hit);
                }
            }

            await record.Run(hits, null, ct);
            using var turn = await db.WriteAlone(ct);
            foreach (var row in rows)
            {
                await db.Database.ExecuteSqlAsync($"UPDATE fingerprint_tail SET seq = {knows} WHERE number = {row.Number}", ct);
            }
        }
    }

    private sealed record Late(long Number, byte[] Heads, byte[] Hashes);
}
