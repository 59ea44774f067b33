using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// Replies to a warning: in words, with the commitment to pay, with an objection, or with the proof of payment. The warning's clock is kept once the agency has it.
/// </summary>
public sealed class ReplyToWarning(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Duties duties, Notices notices, TellAgency tell) : IOnDelivered
{
    /// <param name="Words">1 to 10,000 characters.</param>
    public sealed record Request(ReplyKind Kind, string Words);

    /// <summary>The reply that was made.</summary>
    public sealed record Answer(Id<OrderReply> Id);

    public string Type => TellAgency.RepliedType;

    /// <exception cref="BadInput">Nothing is said.</exception>
    /// <exception cref="NotFound">There is no such warning on this order.</exception>
    public async Task<Answer> Run(Id<Order> id, Id<OrderWarning> warningId, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Words.Trim() is not { Length: >= 1 and <= OrderAnswer.MostWords } words)
        {
            throw new BadInput("words", "Say something, in at most 10,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        var warning = await db.OrderWarnings.SingleOrDefaultAsync(w => w.Id == warningId && w.OrderId == id, ct) ?? throw new NotFound("such warning on this order");
        var agency = await Agency.Find(db, order.Agency, ct);
        var reply = new OrderReply { Id = Id<OrderReply>.New(clock), OrderId = id, WarningId = warningId, Kind = request.Kind, Words = words, By = actor.ToString(), At = clock.GetUtcNow() };
        db.Add(reply);
        audit.Record(actor, "order.replied", order.Subject, words, new { warning = warning.Name, reply = reply.Id, reply.Kind });
        if (!await tell.Replied(agency, order, warning, reply, ct) && order.Channel is OrderChannel.Door)
        {
            await Serve(order, warning, reply, new("receipt", $"door-{reply.Id}"), actor, ct);
        }

        return await transaction.Commit(new Answer(reply.Id), ct);
    }

    public async Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
    {
        if (Id<OrderReply>.TryParse(delivery.About.Id, null, out var id) && await db.OrderReplies.SingleOrDefaultAsync(r => r.Id == id, ct) is { } reply)
        {
            var order = await Order.Hold(db, reply.OrderId, ct);
            await Serve(order, await db.OrderWarnings.SingleAsync(w => w.Id == reply.WarningId, ct), reply, delivery.Subject, Actor.System("deliveries"), ct);
        }
    }

    /// <summary>The agency has the reply: the warning's clock, or the fine's, is kept by that, the first time.</summary>
    /// <param name="by">The delivery, or the receipt by which that is known.</param>
    internal async Task Serve(Order order, OrderWarning warning, OrderReply reply, Subject by, Actor actor, CancellationToken ct)
    {
        if (reply.ServedAt is not null)
        {
            return;
        }

        (reply.ServedAt, reply.ServedBy) = (clock.GetUtcNow(), by.ToString());
        audit.Record(actor, "order.served", order.Subject, "", new { reply = reply.Id, by });
        await notices.Over(order.Subject, ct);
        if (reply.Kind is not ReplyKind.Paid)
        {
            await duties.Keep(warning.Subject, warning.Clause, by, actor, ct);
        }
        else if (regimes.OrdersUnder(order.Regime)?.Warnings?.PayFine is { } clause)
        {
            await duties.Keep(warning.Subject, clause, by, actor, ct);
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/orders/{id}/warnings/{warning}/replies", async (Id<Order> id, Id<OrderWarning> warning, Request request, ReplyToWarning reply, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await reply.Run(id, warning, request, actor, ct)))
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Reply to a warning: answer, commitment to pay, objection, proof of payment");
}
