using Jaga.Audit;
using Jaga.Cases;
using Jaga.Enforcement;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// Follows what becomes of an order's locations at the desk and on the platform. When the platform has confirmed every one, the answer goes by itself:
/// nothing is left to decide, and the authority waits.
/// </summary>
public sealed class FollowCases(Db db, AuditLog audit, TimeProvider clock, PublishAnswer publish) : IOnDecided, IOnAnswered
{
    private static readonly Actor Me = Actor.System("orders");

    public async Task Decided(Case @case, Decision decision, IReadOnlyList<EnforcementAction> actions, Actor actor, CancellationToken ct)
    {
        var waiting = await Waiting(@case.Id, ct);
        var wider = await Wider(@case, decision, waiting.Select(w => w.Order), actions, ct);
        foreach (var (order, locations) in waiting)
        {
            foreach (var location in locations.Where(l => l.CaseId == @case.Id))
            {
                location.Decided(decision.Verdict, actions, wider);
                audit.Record(actor, "order.location-decided", order.Subject, decision.Reason, new { location.Number, location.State, decision = decision.Id, wider });
            }
        }
    }

    // Why more is done than the orders need; null where no more is. What breaks the house's own rules has its reason in the rule.
    private async Task<string?> Wider(Case @case, Decision decision, IEnumerable<Order> orders, IReadOnlyList<EnforcementAction> actions, CancellationToken ct)
    {
        var needed = new List<ActionWish>();
        foreach (var order in orders)
        {
            needed.AddRange(NarrowestScope.For(order, await Agency.Find(db, order.Agency, ct), @case.About) is { } least ? [least] : Array.Empty<ActionWish>());
        }

        return NarrowestScope.Beyond(needed, actions).Count == 0 ? null : string.Join(": ", new[] { decision.Verdict is Verdict.Violation ? decision.Policy : "", decision.Reason }.Where(w => w.Length > 0)) switch
        {
            "" => throw new BadInput("reason", "This does more than the order needs. Say in the reason why, or do only what it needs."),
            var why => why,
        };
    }

    public async Task Undone(Case @case, Decision decision, Actor actor, CancellationToken ct)
    {
        foreach (var (order, locations) in await Waiting(@case.Id, ct))
        {
            foreach (var location in locations.Where(l => l.CaseId == @case.Id))
            {
                location.Undone();
                audit.Record(actor, "order.location-reopened", order.Subject, "The decision was taken back.", new { location.Number, decision = decision.Id });
            }
        }
    }

    public async Task Merged(Case earlier, Case open, Actor actor, CancellationToken ct)
    {
        foreach (var (order, locations) in await Waiting(earlier.Id, ct))
        {
            foreach (var location in locations.Where(l => l.CaseId == earlier.Id))
            {
                location.CaseId = open.Id;
                audit.Record(actor, "order.location-moved", order.Subject, "", new { location.Number, from = earlier.Id, to = open.Id });
            }
        }
    }

    public async Task Answered(EnforcementAction action, Actor actor, CancellationToken ct)
    {
        if (action.Because.Kind != "decision" || !Id<Decision>.TryParse(action.Because.Id, null, out var decision))
        {
            return;
        }

        var (id, @case) = (action.Id.ToString(), await db.Decisions.Where(d => d.Id == decision).Select(d => d.Case).SingleAsync(ct));
        foreach (var (order, locations) in await Waiting(@case, ct))
        {
            foreach (var location in locations.Where(l => l.Actions.Contains(id, StringComparison.Ordinal)))
            {
                location.Answered(action, clock.GetUtcNow());
                audit.Record(actor, "order.location-answered", order.Subject, action.Note ?? "", new { location.Number, location.State, action = action.Id, action.Receipt });
            }

            if (locations.All(l => l.State is LocationState.Removed or LocationState.Geoblocked))
            {
                await publish.Run(order, locations, "", Me, ct);
            }
        }
    }

    // The orders still to be answered, locked one after another in the order of their ids, each with all its locations.
    private async Task<List<(Order Order, List<OrderLocation> Locations)>> Waiting(Id<Case> @case, CancellationToken ct)
    {
        var found = new List<(Order, List<OrderLocation>)>();
        foreach (var id in await db.OrderLocations.Where(l => l.CaseId == @case).Select(l => l.OrderId).Distinct().OrderBy(i => i).ToListAsync(ct))
        {
            if (await Order.Hold(db, id, ct) is { State: not OrderState.Answered } order)
            {
                found.Add((order, await db.OrderLocations.Where(l => l.OrderId == id).OrderBy(l => l.Number).ToListAsync(ct)));
            }
        }

        return found;
    }
}
