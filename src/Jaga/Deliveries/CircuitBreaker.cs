using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Deliveries;

/// <summary>
/// Opens a receiver's circuit after failures in a row and closes it with the first success, or with the first answer about one address alone: whoever may make
/// Jaga write to an address must not be able to hold back everybody's mail. An open circuit is an obligation
/// to bring the receiver back, with its own ladder: somebody is told at once, and more people the longer it lasts.
/// </summary>
public sealed class CircuitBreaker(Db db, AuditLog audit, Duties duties, TimeProvider clock, DeliverySettings settings)
{
    /// <summary>The duty that an open circuit is.</summary>
    public const string Clause = "house.revive-receiver";

    private static readonly Actor Me = Actor.System("deliveries");

    /// <summary>Notes tries in the transaction that records them.</summary>
    public async Task Note(Receiver receiver, IReadOnlyList<Sent> tries, CancellationToken ct)
    {
        if (tries.FirstOrDefault(t => t.Tried.Outcome is Outcome.Confirmed || t.Tried.Fault is Fault.Address) is { } success)
        {
            await Close(receiver, success.Delivery, ct);
        }
        else if (tries.Count(Counts) is > 0 and var failures)
        {
            await Count(receiver, failures, tries[^1].Tried, ct);
        }
    }

    // A message that the receiver does not want says once that something is wrong with the receiver, not at every try.
    private static bool Counts(Sent sent) => sent.Tried.Fault is Fault.Receiver && sent.Tried.Outcome is not (Outcome.NotSendable or Outcome.ReceiptNotTaken) && (sent.Tried.Outcome is not Outcome.Refused || sent.Delivery.Attempts == 1);

    private async Task Close(Receiver receiver, Delivery by, CancellationToken ct)
    {
        var id = receiver.Id;
        if (await db.Circuits.Where(c => c.Receiver == id && c.Failures > 0).Select(c => new { c.OpenedAt }).SingleOrDefaultAsync(ct) is not { } circuit)
        {
            return;
        }

        var closed = await db.Circuits.Where(c => c.Receiver == id && c.Failures > 0).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Failures, 0).SetProperty(c => c.OpenedAt, (DateTimeOffset?)null).SetProperty(c => c.OpenUntil, (DateTimeOffset?)null), ct);
        if (closed == 0 || circuit.OpenedAt is not { } since)
        {
            return;
        }

        // What waited for its turn to fail again may go now. What another sender holds is its own affair (and its lock);
        // what was never tried keeps its time, which may be somebody's time to think again.
        var now = clock.GetUtcNow();
        await db.Deliveries.Where(d => d.Receiver == id && d.State == DeliveryState.Waiting && d.DueAt > now && d.Attempts > 0 && d.LeasedBy == null).ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAt, now), ct);
        audit.Record(Me, "receiver.recovered", receiver.Subject, receiver.Name, new { openedAt = since });
        await duties.Keep(receiver.Subject, Clause, by.Subject, Me, ct);
    }

    private async Task Count(Receiver receiver, int failures, Tried last, CancellationToken ct)
    {
        var id = receiver.Id;
        await db.Circuits.Where(c => c.Receiver == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.Failures, c => c.Failures + failures), ct);
        var circuit = await db.Circuits.AsNoTracking().SingleAsync(c => c.Receiver == id, ct);
        if (circuit.Failures < settings.OpenAfter)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var (opened, until) = (circuit.OpenedAt ?? now, now + Backoff.After(circuit.Failures - settings.OpenAfter + 1));
        await db.Circuits.Where(c => c.Receiver == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.OpenedAt, opened).SetProperty(c => c.OpenUntil, until), ct);
        if (circuit.OpenedAt is null)
        {
            audit.Record(Me, "receiver.unreachable", receiver.Subject, receiver.Name, new { outcome = last.Outcome, last.Status });
            duties.Open(Clause, receiver.Subject, $"everybody who sends to {receiver.Name}", Me);
        }
    }
}
