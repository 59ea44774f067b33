using Jaga.Audit;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>The agency restored access, or says why not. Through the door, or entered by staff who saw it.</summary>
public sealed class AnswerNormalisation(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Duties duties)
{
    /// <param name="Restored">Whether access is restored.</param>
    /// <param name="Words">1 to 10,000 characters.</param>
    public sealed record Request(bool Restored, string Words);

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
        var asked = await AskNormalisation.Open(db, id).SingleOrDefaultAsync(ct) ?? throw new RuleBroken("Nobody has asked for access to be restored.");
        (asked.Reply, asked.RepliedAt, asked.Restored) = (words, clock.GetUtcNow(), request.Restored);
        audit.Record(actor, request.Restored ? "order.normalised" : "order.normalisation-refused", order.Subject, words, new { answer = asked.Id });
        if (regimes.OrdersUnder(order.Regime)?.Normalise is { } clause)
        {
            await duties.Keep(order.Subject, clause, new("receipt", $"normalisation-{asked.Id}"), actor, ct);
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/agency/orders/{id}/normalisation/answer", async (Id<Order> id, Request request, AnswerNormalisation answer, Actor actor, CancellationToken ct) =>
        {
            await answer.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Answer the platform's request to restore access");
        api.MapPost("/orders/{id}/normalisation/answer", async (Id<Order> id, Request request, AnswerNormalisation answer, Actor actor, CancellationToken ct) =>
        {
            await answer.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Enter whether access was restored");
    }
}
