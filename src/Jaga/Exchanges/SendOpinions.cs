using Jaga.Audit;
using Jaga.Banks;
using Jaga.Deliveries;

namespace Jaga.Exchanges;

/// <summary>Sends the opinions about an exchange's signals back to it, each as a delivery, when their time has come; where an exchange takes none, that is the answer.</summary>
public sealed class SendOpinions(Db db, AuditLog audit, Outbox outbox, KnownExchanges known, TimeProvider clock) : IRecurring, IOnDelivered
{
    private const int Most = 100;

    /// <summary>What is sent: the entry as the exchange knows it, and what is thought of it.</summary>
    /// <param name="Key">See <see cref="ExchangeClaim.Key"/>.</param>
    public sealed record Message(string Key, string Entry, string Algorithm, string Hash, Judgement Judgement, string Why);

    /// <summary>The type of these deliveries.</summary>
    public const string Given = "opinion.given";

    public string Type => Given;

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var waiting = await (
            from o in db.Opinions
            join e in db.Exchanges on o.Bank equals e.Bank
            join s in db.Signals on o.Signal equals s.Id
            where o.State == OpinionState.Waiting && o.DueAt <= now && !e.Paused
            orderby o.Id
            select new { Opinion = o.Id, Exchange = e, Signal = s }).AsNoTracking().Take(4 * Most).ToListAsync(ct);
        var ids = waiting.Select(w => w.Opinion.ToString()).ToList();
        var underWay = (await db.Deliveries.Where(d => d.About.Kind == "opinion" && ids.Contains(d.About.Id) && d.State != DeliveryState.Cancelled).Select(d => d.About.Id).ToListAsync(ct)).ToHashSet();
        var due = waiting.Where(w => !underWay.Contains(w.Opinion.ToString())).Take(Most).ToList();
        foreach (var one in due)
        {
            await Send(one.Opinion, one.Exchange, one.Signal, ct);
        }

        return due.Count == Most;
    }

    /// <summary>The exchange has it.</summary>
    public async Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
    {
        if (Id<Opinion>.TryParse(delivery.About.Id, null, out var id) && await db.Opinions.SingleOrDefaultAsync(o => o.Id == id && o.State == OpinionState.Waiting, ct) is { } opinion)
        {
            opinion.Sent(receipt, clock.GetUtcNow());
            audit.Record(TakePage.Me, "opinion.sent", opinion.Subject, "", new { delivery = delivery.Id });
        }
    }

    private async Task Send(Id<Opinion> id, Exchange exchange, Signal signal, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        if (await db.Opinions.SingleOrDefaultAsync(o => o.Id == id && o.State == OpinionState.Waiting, ct) is not { } opinion)
        {
            return;
        }

        var claims = await db.ExchangeClaims.AsNoTracking().Where(c => c.Bank == exchange.Bank && c.Type == signal.Type && c.Value == signal.Value).ToListAsync(ct);
        var claim = claims.Find(c => c.Entry == signal.Entry && c.Member == signal.Member) ?? claims.FirstOrDefault();
        var refusal = exchange.Receiver is null || !known.Of(exchange.Kind).Takes.Contains("opinions") ? "This exchange takes no opinions."
            : claim is null ? "The exchange has taken the entry back meanwhile." : null;
        if (refusal is not null)
        {
            opinion.Refused(refusal, clock.GetUtcNow());
            audit.Record(TakePage.Me, "opinion.refused", opinion.Subject, refusal);
        }
        else
        {
            var message = new Message(claim!.Key, claim.Entry, claim.Type.Word(), Convert.ToHexStringLower(claim.Value), opinion.Judgement, opinion.Why);
            outbox.Send(exchange.Receiver!.Value, Type, message, opinion.Subject);
        }

        await transaction.Commit(ct);
    }
}
