using System.Text.Json;

namespace Jaga.Audit;

/// <summary>
/// Writes the audit log, in the transaction of the act it records: an act without its line is never committed, a line without its act neither.
/// Lines are sequenced and hashed into the tree at the very end of the transaction, so that writers wait for each other as briefly as can be.
/// </summary>
public sealed class AuditLog(Db db, TimeProvider clock)
{
    private static readonly RawInsert Lines = new("audit_lines", "seq", "at", "actor", "action", "subject_kind", "subject_id", "why", "details", "leaf");

    private readonly List<AuditLine> _pending = [];

    /// <summary>Records that <paramref name="actor"/> did <paramref name="action"/> to <paramref name="subject"/>, and why.</summary>
    /// <param name="action">A <c>noun.verbed</c> word, e.g. <c>case.decided</c>.</param>
    /// <param name="why">The reason a person gave, or the rule that fired. Nothing personal that the reader of the log need not know.</param>
    /// <param name="details">Further facts, as an object that becomes JSON.</param>
    public void Record(Actor actor, string action, Subject subject, string why = "", object? details = null)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("An audit line is written in the transaction of the act it records.");
        }

        if (!db.BeforeCommit.Contains(Sequence))
        {
            // What is still here belongs to a transaction that was rolled back.
            _pending.Clear();
            db.BeforeCommit.Add(Sequence);
        }

        _pending.Add(new()
        {
            At = new(clock.GetUtcNow().UtcTicks / 10 * 10, TimeSpan.Zero),
            // Here, so that the hashed text is the stored text.
            Actor = Storable.Text(actor.ToString()),
            Action = action,
            Subject = new(subject.Kind, Storable.Text(subject.Id)),
            Why = Storable.Text(why),
            Details = details is null ? "{}" : Storable.Text(JsonSerializer.Serialize(details, Json.Options)),
        });
        db.SpokenFor(subject);
    }

    // The lock on the head row makes writers take turns on PostgreSQL; on SQLite the transaction itself did.
    private async Task Sequence(CancellationToken ct)
    {
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        var head = (await db.Set<AuditHead>().FromSqlRaw($"SELECT * FROM audit_head {(db.Database.IsNpgsql() ? "FOR UPDATE" : "")}").AsNoTracking().ToListAsync(ct)).Single();
#pragma warning restore EF1002
        var edge = head.Edge();
        foreach (var line in _pending)
        {
            line.Seq = edge.Size;
            line.Leaf = Merkle.Leaf(line.Canonical());
            edge.Append(line.Leaf);
        }

        await db.Insert(Lines, _pending.Select(l => (object?[])[l.Seq, db.Time(l.At), l.Actor, l.Action, l.Subject.Kind, l.Subject.Id, l.Why, l.Details, l.Leaf]), ct);
        await FillTiles(head.Size, edge.Size, ct);
        _pending.Clear();
        await db.SaveChangesAsync(ct);
        var (size, frontier) = (edge.Size, edge.ToBytes());
        await db.Set<AuditHead>().ExecuteUpdateAsync(set => set.SetProperty(h => h.Size, size).SetProperty(h => h.Frontier, frontier), ct);
    }

    // Writes the tiles that became full when the tree grew: one in 256 lines at level 0, one in 65,536 above it, and so on.
    private async Task FillTiles(long from, long to, CancellationToken ct)
    {
        var fresh = _pending.ConvertAll(l => l.Leaf);
        for (var level = 0; from / AuditTile.Width < to / AuditTile.Width; level++)
        {
            var roots = new List<byte[]>();
            for (var number = from / AuditTile.Width; number < to / AuditTile.Width; number++)
            {
                var first = number * AuditTile.Width;
                var stored = first < from ? await AuditTree.Partial(db, level, first, from, ct) : [];
                var tile = AuditTile.Of(level, number, [.. stored, .. fresh.Skip((int)(first + stored.Length - from)).Take(AuditTile.Width - stored.Length)]);
                db.Add(tile);
                roots.Add(tile.Root);
            }

            (fresh, from, to) = (roots, from / AuditTile.Width, to / AuditTile.Width);
        }
    }
}
