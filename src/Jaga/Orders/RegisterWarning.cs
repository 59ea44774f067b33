using Jaga.Audit;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>Registers a warning letter on an order, which opens a clock of its own. By the agency through its door, or by staff who had the letter.</summary>
public sealed class RegisterWarning(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Duties duties)
{
    /// <param name="Says">1 to 10,000 characters.</param>
    /// <param name="Number">Which one it is; null for the next.</param>
    /// <param name="Reference">The letter's own; at most 200 characters.</param>
    /// <param name="FineAmount">As the letter names it, in whole units.</param>
    /// <param name="FineCurrency">ISO 4217; required with an amount.</param>
    /// <param name="FinePoints">As the letter names them; at most 50 characters.</param>
    /// <param name="PayBy">The day the letter names, or null.</param>
    /// <param name="ReceivedAt">When the letter came, for staff who enter it later; not later than now.</param>
    public sealed record Request(string Says, int? Number = null, string? Reference = null, long? FineAmount = null, string? FineCurrency = null, string? FinePoints = null, DateTimeOffset? PayBy = null, DateTimeOffset? ReceivedAt = null);

    /// <param name="DueAt">When the clock that it opened runs out.</param>
    /// <param name="Then">What follows when it is not obeyed: the next letter, or what comes after the last.</param>
    public sealed record Answer(Id<OrderWarning> Id, int Number, string Name, DateTimeOffset DueAt, Sentence Wants, Sentence? Then);

    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="NotFound">There is no such order of this agency.</exception>
    /// <exception cref="RuleBroken">The regime knows no warnings, or there were as many as there can be.</exception>
    public async Task<Answer> Run(Id<Order> id, Request request, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        Check(request, actor, now);
        await using var transaction = await db.Begin(ct);
        if (actor.For is not null)
        {
            await ReadOwnOrders.Own(db, id, actor, ct);
        }

        var order = await Order.Hold(db, id, ct);
        var rules = regimes.OrdersUnder(order.Regime)?.Warnings ?? throw new RuleBroken("The rules of this order know no warning letters.");
        var earlier = await db.OrderWarnings.Where(w => w.OrderId == id).OrderBy(w => w.Number).ToListAsync(ct);
        var last = earlier.Count == 0 ? 0 : earlier[^1].Number;
        var number = request.Number ?? last + 1;
        if (number <= last || number > rules.Steps.Count)
        {
            throw new RuleBroken(last == rules.Steps.Count
                ? $"There were {last} warnings, and there can be no more."
                : $"The next warning is between {last + 1} and {rules.Steps.Count}.");
        }

        var agency = await Agency.Find(db, order.Agency, ct);
        var warning = new OrderWarning
        {
            Id = Id<OrderWarning>.New(now),
            OrderId = id,
            Number = number,
            Name = rules.Steps[number - 1].Name,
            Reference = request.Reference?.Trim(),
            Says = request.Says.Trim(),
            FineAmount = request.FineAmount,
            FineCurrency = request.FineAmount is null ? null : request.FineCurrency,
            FinePoints = request.FinePoints?.Trim(),
            Clause = rules.Clause(order.Urgent),
            ReceivedAt = request.ReceivedAt ?? now,
            RegisteredBy = actor.ToString(),
        };
        db.Add(warning);
        audit.Record(actor, "order.warned", order.Subject, warning.Says, new { warning = warning.Id, warning.Name, warning.Reference, warning.FineAmount, warning.FineCurrency, warning.FinePoints });
        warning.DueAt = duties.Open(warning.Clause, warning.Subject, agency.Name, actor, warning.ReceivedAt).DueAt;
        await OweFine(rules, order, warning, earlier, agency, request.PayBy, actor, ct);
        var then = number == rules.Steps.Count ? rules.Then : rules.Steps[number].Wants;
        return await transaction.Commit(new Answer(warning.Id, number, warning.Name, warning.DueAt, rules.Steps[number - 1].Wants, then), ct);
    }

    private async Task OweFine(WarningRules rules, Order order, OrderWarning warning, List<OrderWarning> earlier, Agency agency, DateTimeOffset? payBy, Actor actor, CancellationToken ct)
    {
        if (rules.PayFine is not { } clause || warning.FineAmount is null)
        {
            return;
        }

        // A later letter names the whole sum anew.
        foreach (var before in earlier.Select(e => e.Id.ToString()).ToList())
        {
            foreach (var owed in await db.Obligations.AsNoTracking().Where(o => o.About.Kind == "order-warning" && o.About.Id == before && o.Clause == clause && (o.State == ObligationState.Open || o.State == ObligationState.Broken)).ToListAsync(ct))
            {
                await duties.Cancel(owed.Id, $"{warning.Name} names the fine anew.", actor, ct);
            }
        }

        duties.Open(clause, warning.Subject, agency.Name, actor, warning.ReceivedAt, due: payBy);
    }

    private static void Check(Request request, Actor actor, DateTimeOffset now)
    {
        if (request.Says.Trim().Length is < 1 or > OrderAnswer.MostWords)
        {
            throw new BadInput("says", "Write what the letter says, in at most 10,000 characters.");
        }

        if (request.Reference?.Length > 200 || request.FinePoints?.Length > 50)
        {
            throw new BadInput(request.FinePoints?.Length > 50 ? "finePoints" : "reference", "This is too long.");
        }

        if (request.FineAmount is < 0 || (request.FineAmount is not null && request.FineCurrency is not { Length: 3 }))
        {
            throw new BadInput("fineAmount", "A fine is a whole amount in a currency of three letters, as the letter names it.");
        }

        if (request.ReceivedAt > now || (request.ReceivedAt is not null && actor.For is not null))
        {
            throw new BadInput("receivedAt", "A letter that staff enter came before now; through the door it comes now.");
        }
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/agency/orders/{id}/warnings", (Id<Order> id, Request request, RegisterWarning register, Actor actor, CancellationToken ct) => register.Run(id, request, actor, ct))
            .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Send a warning about an order");
        api.MapPost("/orders/{id}/warnings", (Id<Order> id, Request request, RegisterWarning register, Actor actor, CancellationToken ct) => register.Run(id, request, actor, ct))
            .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Enter a warning letter about an order");
    }
}
