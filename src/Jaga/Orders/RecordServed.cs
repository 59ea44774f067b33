using Jaga.Deliveries;

namespace Jaga.Orders;

/// <summary>Records that an answer, or a reply to a warning, was brought to the agency by other means, e.g. by post, with the tracking number: what it was owed for is kept by that.</summary>
public sealed class RecordServed(Db db, PublishAnswer publish, ReplyToWarning reply)
{
    /// <param name="How">E.g. the carrier and its tracking number; 1 to 200 characters.</param>
    public sealed record Request(string How);

    /// <exception cref="BadInput">Nothing is said.</exception>
    /// <exception cref="NotFound">There is no such answer to this order.</exception>
    /// <exception cref="RuleBroken">The agency has it already.</exception>
    public async Task Run(Id<Order> id, Id<OrderAnswer> answerId, Request request, Actor actor, CancellationToken ct)
    {
        var how = WayToAgency.Brought(request.How);
        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        var answer = await db.OrderAnswers.SingleOrDefaultAsync(a => a.Id == answerId && a.OrderId == id, ct) ?? throw new NotFound("such answer to this order");
        if (answer.ServedAt is not null)
        {
            throw new RuleBroken("The agency has this answer already.");
        }

        await publish.Serve(order, answer, how, actor, ct);
        await transaction.Commit(ct);
    }

    /// <summary>The same for a reply to a warning.</summary>
    /// <exception cref="BadInput">Nothing is said.</exception>
    /// <exception cref="NotFound">There is no such reply to a warning on this order.</exception>
    /// <exception cref="RuleBroken">The agency has it already.</exception>
    public async Task RunReply(Id<Order> id, Id<OrderReply> replyId, Request request, Actor actor, CancellationToken ct)
    {
        var how = WayToAgency.Brought(request.How);
        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        var made = await db.OrderReplies.SingleOrDefaultAsync(r => r.Id == replyId && r.OrderId == id, ct) ?? throw new NotFound("such reply to a warning on this order");
        if (made.ServedAt is not null)
        {
            throw new RuleBroken("The agency has this reply already.");
        }

        await reply.Serve(order, await db.OrderWarnings.SingleAsync(w => w.Id == made.WarningId, ct), made, how, actor, ct);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/orders/{id}/answers/{answer}/served", async (Id<Order> id, Id<OrderAnswer> answer, Request request, RecordServed record, Actor actor, CancellationToken ct) =>
        {
            await record.Run(id, answer, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Record how an answer was brought to the agency");
        api.MapPost("/orders/{id}/replies/{reply}/served", async (Id<Order> id, Id<OrderReply> reply, Request request, RecordServed record, Actor actor, CancellationToken ct) =>
        {
            await record.RunReply(id, reply, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Record how a reply to a warning was brought to the agency");
    }
}
