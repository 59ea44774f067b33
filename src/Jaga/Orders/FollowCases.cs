using Jaga.Audit;
using Jaga.Cases;
using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// Follows what becomes of an order's locations at the desk and on the platform. When the platform has confirmed every one, the answer goes by itself, if the check list is gone through:
/// nothing is left to decide, and the authority waits.
/// </summary>
public sealed class FollowCases(Db db, AuditLog audit, TimeProvider clock, PublishAnswer publish, Notices notices) : IOnDecided, IOnAnswered
{
    public async Task Decided(Case @case, Decision decision, IReadOnlyList<EnforcementAction> actions, Actor actor, CancellationToken ct)
    {
        var waiting = await Waiting(@case.Id, ct);
        var agencies = new Dictionary<Id<Order>, Agency>();
        foreach (var (order, _) in waiting)
        {
            agencies[order.Id] = await Agency.Find(db, order.Agency, ct);
        }

        var needed = waiting.Select(w => NarrowestScope.For(w.Order, agencies[w.Order.Id], @case.About)).OfType<ActionWish>().ToList();
        var why = string.Join(": ", new[] { decision.Verdict is Verdict.Violation ? decision.Policy : "", decision.Reason }.Where(w => w.Length > 0));
        if (why.Length == 0 && needed.Count > 0 && actions.Any(a => needed.TrueForAll(n => NarrowestScope.Beyond(n, needed, [a]).Count > 0)))
        {
            throw new BadInput("reason", "This does more than the order needs. Say in the reason why, or do only what it needs.");
        }

        foreach (var (order, locations) in waiting)
        {
            var wider = NarrowestScope.Beyond(NarrowestScope.For(order, agencies[order.Id], @case.About), needed, actions).Count > 0 ? why : null;
            foreach (var location in locations.Where(l => l.CaseId == @case.Id))
            {
                location.Decided(decision.Verdict, actions, wider, NarrowestScope.Countries(order, agencies[order.Id]));
                audit.Record(actor, "order.location-decided", order.Subject, decision.Reason, new { location.Number, location.State, decision = decision.Id, wider });
            }
        }
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
        await TellOfRefused(action, @case, ct);
        foreach (var (order, locations) in await Waiting(@case, ct))
        {
            var wanted = NarrowestScope.Countries(order, await Agency.Find(db, order.Agency, ct));
            foreach (var location in locations.Where(l => l.Actions.Contains(id, StringComparison.Ordinal)))
            {
                location.Answered(action, wanted, clock.GetUtcNow());
                audit.Record(actor, "order.location-answered", order.Subject, action.Note ?? "", new { location.Number, location.State, action = action.Id, action.Receipt });
            }

            await publish.ByItself(order, locations, tell: true, ct);
        }
    }

    // The answer on record says "not carried out", and the platform has done it since: only a person can set that right with the authority.
    private async Task TellOfRefused(EnforcementAction action, Id<Case> @case, CancellationToken ct)
    {
        if (action.State is not ActionState.Confirmed)
        {
            return;
        }

        var refused = await db.OrderLocations.Where(l => l.CaseId == @case && l.State == LocationState.Refused).Join(db.Orders.Where(o => o.State == OrderState.Answered), l => l.OrderId, o => o.Id, (l, o) => new { o.Id, o.Number, Location = l.Number, l.About.Kind, Key = l.About.Id }).ToListAsync(ct);
        foreach (var one in refused.Where(r => r.Kind == "link" || new Subject(r.Kind, r.Key) == action.Target))
        {
            await notices.Tell(
                Whom.Lead, "leads", null, Subject.Of("order", one.Id),
                new(
                    $"Order {one.Number} was answered as not carried out at location {one.Location}, and the platform has acted there since ({Words.Of(action.Verb)}). Set it right with the authority.",
                    $"Perintah {one.Number} dijawab tidak dilaksanakan di lokasi {one.Location}, tetapi platform kemudian bertindak di sana ({Words.Of(action.Verb)}). Luruskan hal ini dengan otoritas."),
                urgent: false, null, ct);
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
