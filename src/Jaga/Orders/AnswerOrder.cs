using Jaga.Enforcement;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// A person answers an order: what the platform confirmed stands in the answer by itself; what is not done is refused here, each location on its ground.
/// </summary>
public sealed class AnswerOrder(Db db, PublishAnswer publish)
{
    /// <param name="Number">The location's place in the order, from 1.</param>
    /// <param name="Words">For the authority; 1 to 2,000 characters. May be empty where the desk found nothing wrong, and that is the ground.</param>
    public sealed record Refusal(int Number, RefusalGround Ground, string Words);

    /// <param name="Number">The place in the order of a location at which more was done than it needs, from 1.</param>
    /// <param name="Words">Why, for the authority; 1 to 2,000 characters.</param>
    public sealed record Widening(int Number, string Words);

    /// <param name="Words">What is said besides; at most 10,000 characters.</param>
    /// <param name="Wider">Where more was done than needed, and why shall be told. The decision's reason stays in the house; without words of its own, the answer says only that more was done.</param>
    public sealed record Request(string? Words = null, IReadOnlyList<Refusal>? Refusals = null, IReadOnlyList<Widening>? Wider = null);

    /// <summary>The answer as it would be sent.</summary>
    public sealed record Preview(AnswerOutcome Outcome, string Text);

    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="NotFound">There is no such order.</exception>
    /// <exception cref="RuleBroken">It is answered already, a location is neither confirmed nor refused, the platform is still asked to do what is refused, or the check list is not filled in: it is for every order, but not to obey one about abuse of a child or terrorism.</exception>
    public async Task<Preview> Run(Id<Order> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        order.MustBeUnanswered();
        var locations = await Settle(order, request, tracked: true, ct);
        if ((locations.Exists(l => l.State is LocationState.Refused) || !OrderCheck.Spares(order.Category)) && await db.OrderChecks.CountAsync(c => c.OrderId == id, ct) < Enum.GetValues<CheckItem>().Length)
        {
            throw new RuleBroken("Fill in the check list first: an order is answered, and refused, on what somebody looked at.");
        }

        var answer = await publish.Run(order, locations, request.Words?.Trim() ?? "", actor, ct);
        return await transaction.Commit(new Preview(answer.Outcome, answer.Text), ct);
    }

    /// <summary>What would be sent. Nothing changes.</summary>
    /// <exception cref="RuleBroken">As for <see cref="Run"/>.</exception>
    public async Task<Preview> Show(Id<Order> id, Request request, CancellationToken ct)
    {
        var order = await db.Orders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct) ?? throw new NotFound("such order");
        order.MustBeUnanswered();
        var locations = await Settle(order, request, tracked: false, ct);
        PublishAnswer.MustBeSettled(locations);
        var agency = await db.Agencies.AsNoTracking().SingleAsync(a => a.Id == order.Agency, ct);
        var outcome = OrderAnswer.Of(locations.Select(l => l.State));
        return new(outcome, AnswerText.Whole(agency, order, outcome, request.Words?.Trim() ?? "", locations));
    }

    private async Task<List<OrderLocation>> Settle(Order order, Request request, bool tracked, CancellationToken ct)
    {
        if (request.Words is { Length: > OrderAnswer.MostWords })
        {
            throw new BadInput("words", $"At most {OrderAnswer.MostWords:N0} characters.");
        }

        var all = db.OrderLocations.Where(l => l.OrderId == order.Id).OrderBy(l => l.Number);
        var locations = await (tracked ? all : all.AsNoTracking()).ToListAsync(ct);
        var asked = await Asked(db, locations, ct);
        foreach (var refusal in request.Refusals ?? [])
        {
            // As the desk decided it, the ground's own sentence says why.
            if (!string.IsNullOrWhiteSpace(refusal.Words) || !locations.Exists(l => l.Number == refusal.Number && l.State is LocationState.Refused && l.Ground == refusal.Ground))
            {
                var refused = Said("refusals", refusal.Number, refusal.Words, "Tell the authority in 1 to 2,000 characters why not.");
                refused.Refuse(refusal.Ground, refusal.Words.Trim(), asked.Contains(refused.Number));
            }
        }

        foreach (var widening in request.Wider ?? [])
        {
            Said("wider", widening.Number, widening.Words, "Tell the authority in 1 to 2,000 characters why more was done than it needs.").Explain(widening.Words.Trim());
        }

        return locations;

        OrderLocation Said(string field, int number, string words, string rule)
        {
            var location = locations.SingleOrDefault(l => l.Number == number) ?? throw new BadInput(field, $"This order has no location {number}.");
            return string.IsNullOrWhiteSpace(words) || words.Length > 2000 ? throw new BadInput($"{field}[{number}].words", rule) : location;
        }
    }

    /// <summary>The numbers of the locations at which the platform is still asked to do something.</summary>
    internal static async Task<IReadOnlySet<int>> Asked(Db db, IReadOnlyList<OrderLocation> locations, CancellationToken ct)
    {
        var actions = locations.SelectMany(l => l.Actions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => (l.Number, Id: Id<EnforcementAction>.Parse(a, null)))).ToList();
        var ids = actions.ConvertAll(a => a.Id);
        var open = ids.Count == 0 ? [] : await db.Actions.Where(a => ids.Contains(a.Id) && a.State == ActionState.Requested).Select(a => a.Id).ToListAsync(ct);
        return actions.Where(a => open.Contains(a.Id)).Select(a => a.Number).ToHashSet();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/orders/{id}/answer", (Id<Order> id, Request request, AnswerOrder answer, Actor actor, CancellationToken ct) => answer.Run(id, request, actor, ct))
            .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Answer an order").WithDescription("What the platform confirmed stands in it by itself.");
        api.MapPost("/orders/{id}/answer/preview", (Id<Order> id, Request request, AnswerOrder answer, CancellationToken ct) => answer.Show(id, request, ct))
            .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("See an answer before it is sent");
    }
}
