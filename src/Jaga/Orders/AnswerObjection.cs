using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Orders;

/// <summary>The agency answers an objection to a warning. Where it agrees, the fine that the warning named is not owed.</summary>
public sealed class AnswerObjection(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Duties duties)
{
    /// <param name="Upheld">Whether the agency agrees.</param>
    /// <param name="Words">1 to 10,000 characters.</param>
    public sealed record Request(bool Upheld, string Words);

    /// <exception cref="BadInput">Nothing is said.</exception>
    /// <exception cref="NotFound">There is no such objection on an order of this agency.</exception>
    /// <exception cref="RuleBroken">It is answered already.</exception>
    public async Task Run(Id<Order> id, Id<OrderReply> replyId, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Words.Trim() is not { Length: >= 1 and <= OrderAnswer.MostWords } words)
        {
            throw new BadInput("words", "Say something, in at most 10,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        if (actor.For is not null)
        {
            await ReadOwnOrders.Own(db, id, actor, ct);
        }

        var order = await Order.Hold(db, id, ct);
        var objection = await db.OrderReplies.SingleOrDefaultAsync(r => r.Id == replyId && r.OrderId == id && r.Kind == ReplyKind.Objection, ct) ?? throw new NotFound("such objection on this order");
        if (objection.AnsweredAt is not null)
        {
            throw new RuleBroken("This objection is answered already.");
        }

        (objection.Upheld, objection.AnswerWords, objection.AnsweredAt) = (request.Upheld, words, clock.GetUtcNow());
        audit.Record(actor, request.Upheld ? "order.objection-upheld" : "order.objection-rejected", order.Subject, words, new { reply = replyId });
        var warning = objection.WarningId.ToString();
        if (request.Upheld && regimes.OrdersUnder(order.Regime)?.Warnings?.PayFine is { } clause)
        {
            foreach (var owed in await db.Obligations.AsNoTracking().Where(o => o.About.Kind == "order-warning" && o.About.Id == warning && o.Clause == clause && (o.State == ObligationState.Open || o.State == ObligationState.Broken)).ToListAsync(ct))
            {
                await duties.Cancel(owed.Id, "The agency agreed with the objection.", actor, ct);
            }
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/agency/orders/{id}/replies/{reply}/answer", async (Id<Order> id, Id<OrderReply> reply, Request request, AnswerObjection answer, Actor actor, CancellationToken ct) =>
        {
            await answer.Run(id, reply, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Answer an objection to a warning");
        api.MapPost("/orders/{id}/replies/{reply}/answer", async (Id<Order> id, Id<OrderReply> reply, Request request, AnswerObjection answer, Actor actor, CancellationToken ct) =>
        {
            await answer.Run(id, reply, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Enter the agency's answer to an objection");
    }
}
