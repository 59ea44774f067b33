using Jaga.Audit;
using Jaga.Matching;

namespace Jaga.Items.Fingerprints;

/// <summary>Drops fingerprints that are older than <see cref="ItemSettings.KeepFingerprints"/>: blocks, what is left of the tail, the hashes on the rows of items that belong to no case, and what was met in them, unless a flood is still judged by it.</summary>
public sealed class DropFingerprints(Db db, AuditLog audit, ItemSettings settings, FloodSettings flood, TimeProvider clock) : IRecurring
{
    /// <summary>Rows in one transaction, so that others' turns come soon.</summary>
    private const int Most = 500;

    public async Task<bool> Run(CancellationToken ct)
    {
        if (settings.KeepFingerprints == TimeSpan.Zero)
        {
            return false;
        }

        var before = clock.GetUtcNow() - settings.KeepFingerprints;
        var at = db.Time(before);
        var blocks = await Small(() => db.Database.ExecuteSqlAsync($"DELETE FROM fingerprint_blocks WHERE number IN (SELECT number FROM fingerprint_blocks WHERE last_at < {at} ORDER BY number LIMIT 16)", ct), 16, ct);
        await Small(() => db.Database.ExecuteSqlAsync($"DELETE FROM fingerprint_tail WHERE number IN (SELECT number FROM fingerprint_tail WHERE at < {at} ORDER BY number LIMIT {Most})", ct), Most, ct);
        var rows = await Rows(before, ct);
        var sightings = await Sightings(clock.GetUtcNow() - (flood.History > settings.KeepFingerprints ? flood.History : settings.KeepFingerprints), ct);
        if (blocks + rows + sightings > 0)
        {
            await using var transaction = await db.Begin(ct);
            audit.Record(Actor.System("retention"), "fingerprints.dropped", new("fingerprints", "items"), $"older than {settings.KeepFingerprints.TotalDays:0.#} days", new { blocks, rows, sightings });
            await transaction.Commit(ct);
        }

        return false;
    }

    // Ids are in the order of time, so the rows from where the last turn came to are one stretch of the primary key.
    private async Task<int> Rows(DateTimeOffset before, CancellationToken ct)
    {
        var done = (await db.Database.SqlQuery<long>($"SELECT value AS \"Value\" FROM fingerprint_marks WHERE name = 'dropped'").ToListAsync(ct)).Single();
        var (from, to) = (First(DateTimeOffset.FromUnixTimeMilliseconds(done)), First(before));
        var rows = await Small(
            () => db.Database.ExecuteSqlAsync(
                $"""
                UPDATE items SET md5 = NULL, sha1 = NULL, sha256 = NULL, pdq = NULL, quality = NULL
                WHERE id IN (SELECT id FROM items WHERE id >= {from} AND id < {to} AND "case" IS NULL AND (md5 IS NOT NULL OR sha1 IS NOT NULL OR sha256 IS NOT NULL OR pdq IS NOT NULL) LIMIT {Most})
                """, ct),
            Most, ct);
        using var turn = await db.WriteAlone(ct);
        var until = before.ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync($"UPDATE fingerprint_marks SET value = {until} WHERE name = 'dropped'", ct);
        return rows;
    }

    // Ids of sightings are in the order of their checks. What waits in quarantine waits for its lead.
    private Task<int> Sightings(DateTimeOffset before, CancellationToken ct)
    {
        var to = First(before);
        return Small(
            () => db.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM sightings WHERE id IN (SELECT id FROM sightings WHERE id < {to}
                    AND NOT (outcome = 'Quarantined' AND signal IN (SELECT signal FROM signal_standings WHERE state = 'Quarantined')) ORDER BY id LIMIT {Most})
                """, ct),
            Most, ct);
    }

    private async Task<int> Small(Func<Task<int>> some, int most, CancellationToken ct)
    {
        for (var all = 0; ;)
        {
            using var turn = await db.WriteAlone(ct);
            var now = await some();
            all += now;
            if (now < most)
            {
                return all;
            }
        }
    }

    /// <summary>The lowest id that a row of this moment can have.</summary>
    private static Guid First(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)Math.Max(0, at.ToUnixTimeMilliseconds()) << 16);
        return new(bytes, bigEndian: true);
    }
}
