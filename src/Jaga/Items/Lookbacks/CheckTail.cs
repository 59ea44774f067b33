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
    private const int Most = 100; // rows, of up to a few hundred checks each

    /// <returns>How many late checks there were.</returns>
    public async Task<int> Run(CancellationToken ct)
    {
        for (var late = 0; ;)
        {
            var rows = await db.Database.SqlQuery<Late>(
                $"SELECT number AS \"Number\", heads AS \"Heads\", hashes AS \"Hashes\" FROM fingerprint_tail WHERE seq < (SELECT value FROM fingerprint_marks WHERE name = 'seq') ORDER BY number LIMIT {Most}").ToListAsync(ct);
            if (rows.Count == 0)
            {
                return late;
            }

            await matcher.CatchUp(ct);
            var knows = matcher.Seq;
            var ids = rows.SelectMany(r => r.Checks()).Select(c => c.Item).ToList();
            late += ids.Count;
            var items = await db.Items.AsNoTracking().Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
            var hits = new List<LookbackHit>();
            foreach (var (id, hashes) in rows.SelectMany(r => r.Checks()))
            {
                if (items.TryGetValue(id, out var item) && LookbackHit.Of(item, hashes.Span, matcher, _ => true) is { } hit)
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

    private sealed record Late(long Number, byte[] Heads, byte[] Hashes)
    {
        /// <summary>Each check of the row, and its own hashes.</summary>
        public IEnumerable<(Id<Item> Item, ReadOnlyMemory<byte> Hashes)> Checks()
        {
            var from = 0;
            for (var at = 0; at < Heads.Length; at += KeptHead.Bytes)
            {
                var head = MemoryMarshal.Read<KeptHead>(Heads.AsSpan(at));
                yield return (head.Item, Hashes.AsMemory(from, head.Hashes * KeptHash.Bytes));
                from += head.Hashes * KeptHash.Bytes;
            }
        }
    }
}
