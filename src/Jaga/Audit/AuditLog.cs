using System.Text.Json;

namespace Jaga.Audit;

/// <summary>
/// Writes the audit log, in the transaction of the act it records: an act without its line is never committed, a line without its act neither.
/// Lines are sequenced at the very end of the transaction, so that writers wait for each other as briefly as can be.
/// </summary>
public sealed class AuditLog(Db db, TimeProvider clock)
{
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

        if (_pending.Count == 0)
        {
            db.BeforeCommit.Add(Sequence);
        }

        _pending.Add(new()
        {
            At = new(clock.GetUtcNow().UtcTicks / 10 * 10, TimeSpan.Zero),
            Actor = actor.ToString(),
            Action = action,
            Subject = subject,
            Why = why,
            Details = details is null ? "{}" : JsonSerializer.Serialize(details, Json.Options),
        });
        db.SpokenFor(subject);
    }

    // The update of the head row is the lock that makes writers take turns, on either store.
    private async Task Sequence(CancellationToken ct)
    {
        var count = _pending.Count;
        await db.Set<AuditHead>().ExecuteUpdateAsync(set => set.SetProperty(h => h.Size, h => h.Size + count), ct);
        var next = await db.Set<AuditHead>().Select(h => h.Size).SingleAsync(ct) - count;
        foreach (var line in _pending)
        {
            line.Seq = next++;
            db.Add(line);
        }

        _pending.Clear();
        await db.SaveChangesAsync(ct);
    }
}
