using System.Security.Cryptography;
using Jaga.Audit;
using Jaga.Cases;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>The agency's receipt, given at once.</summary>
/// <param name="Number">By which both sides speak of the order.</param>
/// <param name="Clause">The clause whose clock runs, by its full name.</param>
/// <param name="DueAt">When its time is over, in UTC.</param>
public sealed record OrderReceipt(Id<Order> Id, string Number, DateTimeOffset ReceivedAt, DateTimeOffset DueAt, string Clause, bool Urgent, int Locations);

/// <summary>Takes an order in, whichever way it came, in the caller's transaction: its clock, its locations each with a case that the law's time presses, and the duty to take it.</summary>
public sealed class ReceiveOrder(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Duties duties, Locations locations, OpenCase open, TellAgency tell)
{
    /// <summary>The house's clause: somebody takes an urgent order.</summary>
    public const string TakeClause = "house.take-order";

    // Without letters and digits that are taken for one another (Crockford's base 32).
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <param name="receivedAt">When it arrived: its clock runs from then. Not later than now.</param>
    /// <exception cref="BadInput">Fields cannot be.</exception>
    /// <exception cref="RuleBroken">This reference was received already.</exception>
    internal async Task<Order> Run(Agency agency, OrderForm form, OrderChannel channel, DateTimeOffset receivedAt, Actor actor, CancellationToken ct)
    {
        var good = form.Checked();
        var subjects = good.Locations.Select((l, i) => (Location: l, About: locations.Find(l, $"locations[{i}]"))).ToList();
        OrderCategories.MustBeKnown(good.Category, agency);
        var (regime, rules) = Rules(agency, good);
        await MustBeNew(agency, good, ct);

        var urgent = rules.IsUrgent(good.Category, good.Urgent);
        var order = new Order
        {
            Id = Id<Order>.New(clock),
            Number = $"O-{RandomNumberGenerator.GetString(Alphabet, 8)}",
            Agency = agency.Id,
            Channel = channel,
            SentBy = actor.ToString(),
            SentByName = actor.Name,
            Regime = regime,
            Clause = rules.Clause(urgent),
            Urgent = urgent,
            Category = good.Category,
            Authority = good.Authority,
            LegalBasis = good.LegalBasis,
            Reasons = good.Reasons,
            Redress = good.Redress,
            Territory = string.Join(' ', good.Territory ?? (agency.Country == "EU" ? [] : [agency.Country])),
            Language = good.Language ?? agency.Language,
            Reference = good.Reference,
            Contact = good.Contact,
            ReceivedAt = receivedAt,
        };
        db.Add(order);
        audit.Record(actor, "order.received", order.Subject, good.LegalBasis, new { order.Number, agency = agency.Id, order.Channel, order.Regime, order.Clause, order.Urgent, order.Category, order.Reference, locations = subjects.Count });
        order.DueAt = duties.Open(order.Clause, order.Subject, agency.Name, actor, receivedAt, due: good.DueAt).DueAt;
        if (urgent)
        {
            duties.Open(TakeClause, order.Subject, agency.Name, actor);
        }

        foreach (var (i, (location, about)) in subjects.Index())
        {
            var @case = await open.Run(about, [new(order.Subject, "order", agency.Name, order.Number, Labels: order.Category, Provenance: good.LegalBasis)], [], held: false, actor, ct);
            @case.LegalDue(order.DueAt);
            db.Add(new OrderLocation { Id = Id<OrderLocation>.New(clock), OrderId = order.Id, Number = i + 1, Location = location, About = about, CaseId = @case.Id });

            // Two locations may lead to one subject; the second must find the case that the first opened.
            await db.SaveChangesAsync(ct);
        }

        await tell.Received(agency, order, ct);
        return order;
    }

    internal static OrderReceipt Receipt(Order order, int locations) => new(order.Id, order.Number, order.ReceivedAt, order.DueAt, order.Clause, order.Urgent, locations);

    private (string Regime, OrderRules Rules) Rules(Agency agency, OrderForm form)
    {
        if (form.Regime is { } named)
        {
            return agency.Regimes.Contains(named) && regimes.OrdersUnder(named) is { } own
                ? (named, own)
                : throw new BadInput("regime", $"This agency orders under: {string.Join(", ", agency.Regimes.Where(r => regimes.OrdersUnder(r) is not null))}.");
        }

        return agency.Regimes.Select(r => (r, regimes.OrdersUnder(r))).FirstOrDefault(r => r.Item2 is not null) is (var first, { } rules)
            ? (first, rules)
            : (Regimes.House, regimes.OrdersUnder(Regimes.House)!);
    }

    private async Task MustBeNew(Agency agency, OrderForm form, CancellationToken ct)
    {
        if (form.Reference is { } reference && await db.Orders.Where(o => o.Agency == agency.Id && o.Reference == reference).Select(o => o.Number).FirstOrDefaultAsync(ct) is { } known)
        {
            throw new RuleBroken($"An order with the reference '{reference}' was received already, under the number {known}.");
        }
    }
}
