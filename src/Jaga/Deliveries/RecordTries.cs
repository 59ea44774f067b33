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

    /// <summary>Records tries of one receiver's deliveries.</summary>
    public async Task Run(Receiver receiver, IReadOnlyList<Sent> tries, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var confirmed = tries.Where(t => t.Tried.Outcome is Outcome.Confirmed).ToDictionary(t => t.Delivery.Id);
        foreach (var delivery in await StillWaiting([.. confirmed.Keys], ct))
        {
            await Confirm(delivery, confirmed[delivery.Id].Tried.Answer, ct);
        }

        foreach (var failed in tries.Where(t => t.Tried.Outcome is not Outcome.Confirmed))
        {
            await PutBack(failed, ct);
        }

        foreach (var refused in tries.Where(t => t.Tried.Outcome is Outcome.Refused or Outcome.Gone))
        {
            foreach (var listener in listeners.Where(l => l.Type == refused.Delivery.Type))
            {
                await listener.Refused(refused.Delivery, refused.Tried, ct);
            }
        }

        db.AddRange(tries.Select(Row));
        await breaker.Note(receiver, tries, ct);
        await transaction.Commit(ct);
    }

    private async Task Confirm(Delivery delivery, string receipt, CancellationToken ct)
    {
        delivery.Confirm(receipt, clock.GetUtcNow());
        audit.Record(Me, "delivery.confirmed", delivery.Subject, delivery.Type, new { delivery.Receiver, about = delivery.About, delivery.Attempts });
        foreach (var listener in listeners.Where(l => l.Type == delivery.Type))
        {
            await listener.Delivered(delivery, receipt, ct);
        }
    }

    // Those that another sender confirmed meanwhile (its lease had ended) are left out: the rooms hear of each delivery once.
    private async Task<List<Delivery>> StillWaiting(Id<Delivery>[] ids, CancellationToken ct)
    {
        if (ids.Length == 0)
        {
            return [];
        }

        var places = string.Join(", ", Enumerable.Range(0, ids.Length).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{{i}}}")));
#pragma warning disable EF1002 // Placeholders and the store's own lock clause.
        return await db.Deliveries.FromSqlRaw($"SELECT * FROM deliveries WHERE state = 'Waiting' AND id IN ({places}) ORDER BY seq {db.ForUpdate()}", [.. ids.Select(i => (object)i.Value)]).ToListAsync(ct);
#pragma warning restore EF1002
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

    private Attempt Row(Sent sent) => new()
    {
        Id = Id<Attempt>.New(clock), Delivery = sent.Delivery.Id, At = sent.At, TookMs = (int)sent.Took.TotalMilliseconds,
        Outcome = sent.Tried.Outcome, Status = sent.Tried.Status, Excerpt = sent.Tried.Excerpt,
    };
}
