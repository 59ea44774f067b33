using Jaga.Audit;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>The agency says what it means; the clock runs on from there. Through the door, or entered by staff where it came another way.</summary>
public sealed class ClarifyOrder(Db db, AuditLog audit, TimeProvider clock, Duties duties)
{
    /// <param name="Words">1 to 10,000 characters.</param>
    public sealed record Request(string Words);

    /// <exception cref="BadInput">Nothing is said.</exception>
    /// <exception cref="NotFound">There is no such order of this agency.</exception>
    /// <exception cref="RuleBroken">Nobody asked.</exception>
    public async Task Run(Id<Order> id, Request request, Actor actor, CancellationToken ct)
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
        order.Clarify();
        var question = await db.OrderAnswers.Where(a => a.OrderId == id && a.Outcome == AnswerOutcome.Clarification && a.RepliedAt == null).OrderByDescending(a => a.Id).FirstAsync(ct);
        (question.Reply, question.RepliedAt) = (words, clock.GetUtcNow());
        audit.Record(actor, "order.clarified", order.Subject, words);
        if (await AskClarification.Open(db, order, ct) is { PausedAt: not null } owed)
        {
            order.DueAt = (await duties.Resume(owed.Id, actor, ct)).DueAt;
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/agency/orders/{id}/clarification", async (Id<Order> id, Request request, ClarifyOrder clarify, Actor actor, CancellationToken ct) =>
        {
            await clarify.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Answer the platform's question about an order");
        api.MapPost("/orders/{id}/clarification", async (Id<Order> id, Request request, ClarifyOrder clarify, Actor actor, CancellationToken ct) =>
        {
            await clarify.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Enter what the agency answered to a question");
    }
}
