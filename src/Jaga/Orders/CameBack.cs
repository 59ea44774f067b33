using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// What an authority was sent by mail came back. An answer or a reply that was served by that mail is not served: what it had kept is owed again under its old clock, unless
/// the authority has it another way; and nobody is silent to a question that did not arrive, so the order's clock runs on. The leads hear of it in any case.
/// </summary>
public sealed class CameBack(Db db, AuditLog audit, WayToAgency way, Duties duties, Notices notices) : IOnReturned
{
    private static readonly Actor Me = Actor.System("orders");

    public IReadOnlyList<string> Types { get; } = [TellAgency.ReceivedType, TellAgency.AnsweredType, TellAgency.RepliedType];

    public Task Returned(Delivery delivery, string why, CancellationToken ct) => delivery.Type switch
    {
        TellAgency.AnsweredType => Answer(delivery, why, ct),
        TellAgency.RepliedType => Reply(delivery, why, ct),
        _ => Receipt(delivery, why, ct),
    };

    private async Task Answer(Delivery delivery, string why, CancellationToken ct)
    {
        var id = Id<OrderAnswer>.Parse(delivery.About.Id, null);
        var order = await Order.Hold(db, await db.OrderAnswers.Where(a => a.Id == id).Select(a => a.OrderId).SingleAsync(ct), ct);
        var answer = await db.OrderAnswers.SingleAsync(a => a.Id == id, ct);
        var lost = answer.ServedBy == delivery.Subject.ToString();
        if (lost && (answer.ReadAt is not null ? new Subject("receipt", $"read-{answer.Id}") : await way.Otherwise(delivery, ct)) is { } other)
        {
            (lost, answer.ServedBy) = (false, other.ToString());
        }

        var question = answer.Outcome is AnswerOutcome.Clarification;
        if (lost)
        {
            (answer.ServedAt, answer.ServedBy) = (null, null);
            await Reopen(order, delivery, why, ct);
            if (question && answer.RepliedAt is null && await AskClarification.Paused(db, order, ct) is { } owed)
            {
                order.DueAt = (await duties.Resume(owed.Id, $"The question came back: {why}", Me, ct)).DueAt;
            }
        }

        await Tell(
            order, delivery, lost, question ? new("The question about", "Pertanyaan mengenai") : answer.Outcome is AnswerOutcome.Normalisation ? new("The request to restore access after", "Permohonan normalisasi atas") : new("The answer to", "Jawaban atas"), why, ct);
    }

    private async Task Reply(Delivery delivery, string why, CancellationToken ct)
    {
        var id = Id<OrderReply>.Parse(delivery.About.Id, null);
        var order = await Order.Hold(db, await db.OrderReplies.Where(r => r.Id == id).Select(r => r.OrderId).SingleAsync(ct), ct);
        var reply = await db.OrderReplies.SingleAsync(r => r.Id == id, ct);
        var lost = reply.ServedBy == delivery.Subject.ToString();
        if (lost && await way.Otherwise(delivery, ct) is { } other)
        {
            (lost, reply.ServedBy) = (false, other.ToString());
        }

        if (lost)
        {
            (reply.ServedAt, reply.ServedBy) = (null, null);
            await Reopen(order, delivery, why, ct);
        }

        var warning = await db.OrderWarnings.Where(w => w.Id == reply.WarningId).Select(w => w.Name).SingleAsync(ct);
        await Tell(order, delivery, lost, new($"The reply to {warning} on", $"Tanggapan atas {warning} mengenai"), why, ct);
    }

    private async Task Receipt(Delivery delivery, string why, CancellationToken ct) =>
        await Tell(await Order.Hold(db, Id<Order>.Parse(delivery.About.Id, null), ct), delivery, lost: false, new("The receipt for", "Tanda terima untuk"), why, ct);

    // Everything that this delivery had kept, but that somebody takes the order: that was done, whoever has the answer.
    private async Task Reopen(Order order, Delivery delivery, string why, CancellationToken ct)
    {
        var (by, id) = (delivery.Subject.ToString(), order.Id.ToString());
        var warnings = (await db.OrderWarnings.Where(w => w.OrderId == order.Id).Select(w => w.Id).ToListAsync(ct)).ConvertAll(w => w.ToString());
        var kept = await db.Obligations.AsNoTracking()
            .Where(o => o.KeptBy == by && o.Clause != ReceiveOrder.TakeClause && ((o.About.Kind == "order" && o.About.Id == id) || (o.About.Kind == "order-warning" && warnings.Contains(o.About.Id)))).OrderBy(o => o.Id).ToListAsync(ct);
        foreach (var one in kept)
        {
            await duties.Reopen(one.About, one.Clause, $"The mail came back: {why}", Me, ct);
        }
    }

    private async Task Tell(Order order, Delivery delivery, bool lost, Sentence what, string why, CancellationToken ct)
    {
        var agency = await db.Agencies.Where(a => a.Id == order.Agency).Select(a => a.Name).SingleAsync(ct);
        audit.Record(Me, "order.returned", order.Subject, why, new { delivery = delivery.Id, delivery.Type, owedAgain = lost });
        await notices.Tell(
            Whom.Lead, "leads", null, order.Subject,
            lost
                ? new($"{what.En} order {order.Number} did not reach {agency}, and it is still to be brought: {why}", $"{what.Id} perintah {order.Number} tidak sampai kepada {agency} dan masih harus disampaikan: {why}")
                : new($"A mail came back from {agency}. {what.En} order {order.Number}: {why}", $"Surel kepada {agency} kembali. {what.Id} perintah {order.Number}: {why}"),
            urgent: lost, null, ct);
    }
}
