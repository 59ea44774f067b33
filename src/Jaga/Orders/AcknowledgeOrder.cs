using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Orders;

/// <summary>Somebody takes an order: nobody is paged for it any more, the agency sees that a person has it, and its clock is that person's unless it was given to another.</summary>
public sealed class AcknowledgeOrder(Db db, AuditLog audit, TimeProvider clock, Duties duties)
{
    /// <exception cref="NotFound">There is no such order.</exception>
    /// <exception cref="RuleBroken">Somebody else has it already.</exception>
    public async Task Run(Id<Order> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        if (!order.Take(actor, clock.GetUtcNow()))
        {
            throw new RuleBroken($"{order.TakenByName} has taken this order already.");
        }

        audit.Record(actor, "order.taken", order.Subject);
        await duties.Keep(order.Subject, ReceiveOrder.TakeClause, new("decision", $"taken-{order.Number}"), actor, ct);
        if (actor.Kind is ActorKind.Staff && await AskClarification.Open(db, order, ct) is { Person: null } owed)
        {
            await duties.Assign(owed.Id, actor.Id, actor, ct);
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/orders/{id}/acknowledgement", async (Id<Order> id, AcknowledgeOrder acknowledge, Actor actor, CancellationToken ct) =>
        {
            await acknowledge.Run(id, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Take an order");
}
