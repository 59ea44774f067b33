using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// Sends an answer, a question or a reply to a warning once more that did not reach the agency, by the ways that are set for it now and in the words that were sent. What is still on its way is not sent twice.
/// </summary>
public sealed class ResendAnswer(Db db, AuditLog audit, WayToAgency way, TellAgency tell)
{
    /// <exception cref="NotFound">There is no such answer to this order.</exception>
    /// <exception cref="RuleBroken">The agency has it, it is still on its way, the question is no longer open, or there is no way to send it.</exception>
    public async Task Run(Id<Order> id, Id<OrderAnswer> answerId, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        var answer = await db.OrderAnswers.SingleOrDefaultAsync(a => a.Id == answerId && a.OrderId == id, ct) ?? throw new NotFound("such answer to this order");
        var question = answer.Outcome is AnswerOutcome.Clarification;
        if (answer.ServedAt is not null)
        {
            throw new RuleBroken("The agency has this answer already.");
        }

        if (question && (order.State is not OrderState.Clarifying || answer.RepliedAt is not null))
        {
            throw new RuleBroken("This question is no longer open.");
        }

        await way.MustHaveEnded(answer.Subject, ct);
        var locations = question ? [] : await db.OrderLocations.AsNoTracking().Where(l => l.OrderId == id).OrderBy(l => l.Number).ToListAsync(ct);
        WayToAgency.MustBeSent(await tell.Answered(await Agency.Find(db, order.Agency, ct), order, answer, locations, ct));
        audit.Record(actor, "order.sent-again", order.Subject, "", new { answer = answer.Id });
        await transaction.Commit(ct);
    }

    /// <summary>The same for a reply to a warning.</summary>
    /// <exception cref="NotFound">There is no such reply to a warning on this order.</exception>
    /// <exception cref="RuleBroken">As for <see cref="Run"/>.</exception>
    public async Task RunReply(Id<Order> id, Id<OrderReply> replyId, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        var reply = await db.OrderReplies.SingleOrDefaultAsync(r => r.Id == replyId && r.OrderId == id, ct) ?? throw new NotFound("such reply to a warning on this order");
        if (reply.ServedAt is not null)
        {
            throw new RuleBroken("The agency has this reply already.");
        }

        await way.MustHaveEnded(reply.Subject, ct);
        WayToAgency.MustBeSent(await tell.Replied(await Agency.Find(db, order.Agency, ct), order, await db.OrderWarnings.SingleAsync(w => w.Id == reply.WarningId, ct), reply, ct));
        audit.Record(actor, "order.sent-again", order.Subject, "", new { reply = reply.Id });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/orders/{id}/answers/{answer}/again", async (Id<Order> id, Id<OrderAnswer> answer, ResendAnswer resend, Actor actor, CancellationToken ct) =>
        {
            await resend.Run(id, answer, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Send an answer again that did not reach the agency").WithDescription("By the ways that are set for the agency now. A question's clock stands still again, where the regime lets it, once the agency has the question.");
        api.MapPost("/orders/{id}/replies/{reply}/again", async (Id<Order> id, Id<OrderReply> reply, ResendAnswer resend, Actor actor, CancellationToken ct) =>
        {
            await resend.RunReply(id, reply, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Send a reply to a warning again that did not reach the agency");
    }
}
