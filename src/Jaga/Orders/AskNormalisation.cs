using Jaga.Obligations;

namespace Jaga.Orders;

/// <summary>
/// Asks the agency to restore access to the service, with the proof that what it ordered is done: where and when, by the platform's receipts. The time that the regime gives it runs beside,
/// so that somebody asks again.
/// </summary>
public sealed class AskNormalisation(Db db, Regimes regimes, Duties duties, PublishAnswer publish)
{
    /// <param name="Words">What was blocked, and what is attached; 1 to 10,000 characters.</param>
    public sealed record Request(string Words);

    /// <param name="Id">The request, as it lies at the agency's door.</param>
    /// <param name="DueAt">When the agency's time is over.</param>
    public sealed record Answer(Id<OrderAnswer> Id, DateTimeOffset DueAt);

    /// <exception cref="BadInput">Nothing is said.</exception>
    /// <exception cref="NotFound">There is no such order.</exception>
    /// <exception cref="RuleBroken">Its regime knows no such request, it is not answered, nothing of it was done, or the agency was asked and has not answered.</exception>
    public async Task<Answer> Run(Id<Order> id, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Words.Trim() is not { Length: >= 1 and <= OrderAnswer.MostWords } words)
        {
            throw new BadInput("words", "Say something, in at most 10,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        var clause = regimes.OrdersUnder(order.Regime)?.Normalise ?? throw new RuleBroken("The rules of this order know no request to restore access.");
        var locations = await db.OrderLocations.AsNoTracking().Where(l => l.OrderId == id).OrderBy(l => l.Number).ToListAsync(ct);
        if (order.State is not OrderState.Answered || !locations.Exists(l => l.DoneAt is not null))
        {
            throw new RuleBroken("Access is asked back for what was done: answer the order first.");
        }

        if (await Open(db, id).AnyAsync(ct))
        {
            throw new RuleBroken("The agency was asked to restore access and has not answered yet.");
        }

        var asked = await publish.Put(order, AnswerOutcome.Normalisation, locations, words, actor, ct);
        var owed = duties.Open(clause, order.Subject, "access, by the agency", actor);
        return await transaction.Commit(new Answer(asked.Id, owed.DueAt), ct);
    }

    /// <summary>The request about this order that waits.</summary>
    internal static IQueryable<OrderAnswer> Open(Db db, Id<Order> id) => db.OrderAnswers.Where(a => a.OrderId == id && a.Outcome == AnswerOutcome.Normalisation && a.RepliedAt == null);

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/orders/{id}/normalisation", (Id<Order> id, Request request, AskNormalisation ask, Actor actor, CancellationToken ct) => ask.Run(id, request, actor, ct))
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Ask the agency to restore access").WithDescription("With the platform's receipts as proof of what was done. Files go with POST …/files.");
}
