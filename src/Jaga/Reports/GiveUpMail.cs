using Jaga.Deliveries;

namespace Jaga.Reports;

/// <summary>
/// Gives up mail to reporters that cannot arrive: at once where the address is none, and once the mail server has answered for five days that it does not take it
/// (as long as mail servers themselves try: RFC 5321, section 4.5.4.1). While the server itself is away nothing is given up, however long. They have their receipt, and nobody here can mend the address.
/// </summary>
public sealed class GiveUpMail(Db db, Outbox outbox, TimeProvider clock) : IOnDelivered, IRecurring
{
    private const int Batch = 100;
    private static readonly TimeSpan Long = TimeSpan.FromDays(5);
    private static readonly Actor Me = Actor.System("reports");

    public string Type => ReportMail.Type;

    public Task Delivered(Delivery delivery, string receipt, CancellationToken ct) => Task.CompletedTask;

    public async Task Refused(Delivery delivery, Tried tried, CancellationToken ct)
    {
        // X.1 speaks of the address (RFC 3463). Without such a word it may be our own mail server that is set up wrong.
        if (tried.Fault is Fault.Address && tried.Answer.Contains($"{tried.Status} 5.1.", StringComparison.Ordinal))
        {
            await outbox.GiveUp(delivery.Id, "The mail server says that there is no such address.", Me, ct);
        }
    }

    public async Task<bool> Run(CancellationToken ct)
    {
        var (now, before) = (clock.GetUtcNow(), clock.GetUtcNow() - Long);
        if (await db.Circuits.AnyAsync(c => c.Receiver == Receiver.Mail && c.OpenedAt != null, ct))
        {
            return false;
        }

        // What was answered before the server last came back may have been about the server.
        var mail = Subject.Of("receiver", Receiver.Mail);
        var back = await db.Obligations.Where(o => o.Clause == CircuitBreaker.Clause && o.About.Kind == mail.Kind && o.About.Id == mail.Id && o.ClosedAt != null).OrderByDescending(o => o.ClosedAt).Select(o => o.ClosedAt).FirstOrDefaultAsync(ct) ?? DateTimeOffset.MinValue;
        var old = await db.Deliveries.AsNoTracking()
            .Where(d => d.Receiver == Receiver.Mail && d.State == DeliveryState.Waiting && d.Type == ReportMail.Type && d.CreatedAt < before && (d.LeasedUntil == null || d.LeasedUntil < now)
                && db.Attempts.Any(a => a.Delivery == d.Id && a.At > back && a.At < before && (a.Outcome == Outcome.Refused || a.Outcome == Outcome.ServerError)))
            .OrderBy(d => d.Seq).Take(Batch).Select(d => d.Id).ToListAsync(ct);
        foreach (var id in old)
        {
            await using var transaction = await db.Begin(ct);
            await outbox.GiveUp(id, "The mail server has not taken it for five days.", Me, ct);
            await transaction.Commit(ct);
        }

        return old.Count == Batch;
    }
}
