using System.Globalization;
using Jaga.Audit;

namespace Jaga.Deliveries;

/// <summary>One delivery that was tried, and what it came to.</summary>
public sealed record Sent(Delivery Delivery, Tried Tried, DateTimeOffset At, TimeSpan Took);

/// <summary>
/// Records what tries came to, many in one transaction: receipts, the rooms that wait for them, back-off, and the state of the circuit.
/// </summary>
public sealed class RecordTries(Db db, AuditLog audit, TimeProvider clock, IEnumerable<IOnDelivered> listeners, CircuitBreaker breaker)
{
    private static readonly Actor Me = Actor.System("deliveries");
    private static readonly RawInsert Attempts = new("attempts", "id", "delivery", "at", "took_ms", "outcome", "status", "excerpt");

    /// <summary>Records tries of one receiver's deliveries.</summary>
    public async Task Run(Receiver receiver, IReadOnlyList<Sent> tries, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        foreach (var sent in await Confirm([.. tries.Where(t => t.Tried.Outcome is Outcome.Confirmed)], ct))
        {
            await Tell(sent.Delivery, sent.Tried.Answer, ct);
        }

        foreach (var failed in tries.Where(t => t.Tried.Outcome is not Outcome.Confirmed))
        {
            await PutBack(failed, ct);
            if (failed.Tried.Outcome is Outcome.Refused or Outcome.Gone)
            {
                await TellRefused(failed, ct);
            }
        }

        await db.Insert(Attempts, tries.Select(Row), ct);
        await breaker.Note(receiver, tries, ct);
        await transaction.Commit(ct);
    }

    // In one statement, which answers those that it changed. What another sender confirmed meanwhile (the lease had ended) is left out: the rooms hear of each
    // delivery once. Rows are locked in one order, so that two senders never wait for each other.
    private async Task<List<Sent>> Confirm(List<Sent> sent, CancellationToken ct)
    {
        if (sent.Count == 0)
        {
            return [];
        }

        var (now, byId) = (clock.GetUtcNow(), sent.ToDictionary(s => s.Delivery.Id));
        var given = string.Join(", ", sent.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"(@p{(2 * i) + 1}, @p{(2 * i) + 2})")));
        await using var update = db.Raw(
            $"""
            WITH given (id, receipt) AS (VALUES {given}),
            still AS MATERIALIZED (SELECT d.seq, g.receipt FROM deliveries d JOIN given g ON g.id = d.id WHERE d.state = 'Waiting' ORDER BY d.seq {db.ForUpdate()})
            UPDATE deliveries SET state = 'Confirmed', last_outcome = 'Confirmed', confirmed_at = @p0, receipt = still.receipt
            FROM still WHERE deliveries.seq = still.seq
            RETURNING deliveries.id
            """, [db.Time(now), .. sent.SelectMany(s => (object[])[s.Delivery.Id.Value, s.Tried.Answer])]);
        var confirmed = new List<Sent>(sent.Count);
        await using var ids = await update.ExecuteReaderAsync(ct);
        while (await ids.ReadAsync(ct))
        {
            confirmed.Add(byId[new(ids.GetGuid(0))]);
            confirmed[^1].Delivery.Confirm(confirmed[^1].Tried.Answer, now);
        }

        return [.. confirmed.OrderBy(s => s.Delivery.Seq)];
    }

    private async Task Tell(Delivery delivery, string receipt, CancellationToken ct)
    {
        audit.Record(Me, "delivery.confirmed", delivery.Subject, delivery.Type, new { delivery.Receiver, about = delivery.About, delivery.Attempts });
        foreach (var listener in listeners.Where(l => l.Type == delivery.Type))
        {
            await listener.Delivered(delivery, receipt, ct);
        }
    }

    private async Task TellRefused(Sent refused, CancellationToken ct)
    {
        foreach (var listener in listeners.Where(l => l.Type == refused.Delivery.Type))
        {
            await listener.Refused(refused.Delivery, refused.Tried, ct);
        }
    }

    private async Task PutBack(Sent failed, CancellationToken ct)
    {
        var (id, lease, outcome, now) = (failed.Delivery.Id, failed.Delivery.LeasedBy, failed.Tried.Outcome, clock.GetUtcNow());
        var due = now + Backoff.After(failed.Delivery.Attempts);
        await db.Deliveries.Where(d => d.Id == id && d.LeasedBy == lease && d.State == DeliveryState.Waiting).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.DueAt, due).SetProperty(d => d.LastOutcome, outcome)
                .SetProperty(d => d.FirstFailedAt, d => d.FirstFailedAt ?? now).SetProperty(d => d.LeasedBy, (Guid?)null).SetProperty(d => d.LeasedUntil, (DateTimeOffset?)null),
            ct);
    }

    private object?[] Row(Sent sent) =>
    [
        Id<Attempt>.New(clock).Value, sent.Delivery.Id.Value, db.Time(sent.At), (int)sent.Took.TotalMilliseconds, sent.Tried.Outcome.ToString(), sent.Tried.Status, sent.Tried.Excerpt,
    ];
}
