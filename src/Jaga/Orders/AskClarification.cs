using Jaga.Obligations;

namespace Jaga.Orders;

/// <summary>
/// Asks the agency what it means. Where the regime allows that and the time is not over, the clock stands still from when the agency has the question until it answers:
/// nobody is silent to what has not reached them. Both sides see it, with the ground.
/// </summary>
public sealed class AskClarification(Db db, Regimes regimes, PublishAnswer publish)
{
    /// <param name="Words">The question; 1 to 10,000 characters.</param>
    public sealed record Request(string Words);

    /// <param name="Pauses">Whether the regime lets the clock stand still from when the agency has the question.</param>
    /// <param name="Paused">Whether it stands still now: the agency has the question already.</param>
    /// <param name="Because">Where that is said, or that it is not.</param>
    public sealed record Answer(bool Pauses, bool Paused, string Because);

    /// <summary>What the ground of a pause for a question begins with, by which it is told from others.</summary>
    internal const string Ground = "The agency was asked what it means.";

    /// <exception cref="BadInput">Nothing is asked.</exception>
    /// <exception cref="NotFound">There is no such order.</exception>
    /// <exception cref="RuleBroken">It is answered, or a question is open already.</exception>
    public async Task<Answer> Run(Id<Order> id, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Words.Trim() is not { Length: >= 1 and <= OrderAnswer.MostWords } words)
        {
            throw new BadInput("words", "Ask something, in at most 10,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        order.Ask();
        await publish.Put(order, AnswerOutcome.Clarification, [], words, actor, ct);
        await db.SaveChangesAsync(ct);
        var rules = regimes.OrdersUnder(order.Regime);
        return await transaction.Commit(new Answer(rules?.ClarifyingPauses is true, await Open(db, order, ct) is { PausedAt: not null }, rules?.ClarifyingNote ?? ""), ct);
    }

    /// <summary>The clock that stands still for the order's question; null where none does, or on another ground.</summary>
    internal static async Task<Obligation?> Paused(Db db, Order order, CancellationToken ct) =>
        await Open(db, order, ct) is { PausedAt: not null } owed && await db.Pauses.AnyAsync(p => p.Obligation == owed.Id && p.EndsAt == null && p.Ground.StartsWith(Ground), ct) ? owed : null;

    internal static Task<Obligation?> Open(Db db, Order order, CancellationToken ct)
    {
        var id = order.Id.ToString();
        return db.Obligations.AsNoTracking().SingleOrDefaultAsync(o => o.About.Kind == "order" && o.About.Id == id && o.Clause == order.Clause && (o.State == ObligationState.Open || o.State == ObligationState.Broken), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/orders/{id}/question", (Id<Order> id, Request request, AskClarification ask, Actor actor, CancellationToken ct) => ask.Run(id, request, actor, ct))
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Ask the agency what it means");
}
