using Jaga.Audit;
using Jaga.Cases;
using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>The register of orders for staff, the soonest due first; and one of them whole.</summary>
public sealed class ReadOrders(Db db, Regimes regimes, ReadOwed owed)
{
    /// <summary>The most lines of an order's history that are shown, the newest.</summary>
    public const int MostHistory = 200;

    /// <summary>Which orders are asked for.</summary>
    public enum Filter
    {
        /// <summary>Not answered yet.</summary>
        Open,

        /// <summary>Not answered, and nobody has taken them.</summary>
        Unacknowledged,

        /// <summary>The agency was asked what it means.</summary>
        Clarifying,

        /// <summary>Answered.</summary>
        Answered,
    }

    /// <summary>An order in the register. Times in UTC.</summary>
    /// <param name="DueAt">When it is due, with the pauses that have ended.</param>
    /// <param name="Paused">Whether its clock stands still.</param>
    public sealed record Row(Id<Order> Id, string Number, Id<Agency> AgencyId, string Agency, string? Reference, string Category, bool Urgent, OrderState State, DateTimeOffset ReceivedAt, DateTimeOffset DueAt, bool Paused, string? TakenBy, DateTimeOffset? AnsweredAt);

    /// <summary>One location with its case, the least that would satisfy the order there, and why more was done, as the desk wrote it for the house (<c>Wider</c>, null where no more was, empty where another order needed it).</summary>
    /// <param name="Asked">Whether the platform is still asked to do something there: until it answers, the location cannot be refused.</param>
    public sealed record LocationRow(int Number, string Location, Subject About, Id<Case> CaseId, LocationState State, string? Done, string? Countries, DateTimeOffset? DoneAt, string? Receipt, RefusalGround? Ground, string? Words, string? Wider, bool Asked, ActionWish? Proposed);

    /// <summary>A line of the check list; <c>Finding</c> null while nobody looked. <c>Known</c> is what the record itself says, null where it says nothing.</summary>
    public sealed record CheckRow(CheckItem Item, CheckFinding? Finding, string Note, string? By, DateTimeOffset? At, bool? Known);

    /// <summary>An answer or a question, and how the agency came to have it.</summary>
    public sealed record AnswerRow(Id<OrderAnswer> Id, AnswerOutcome Outcome, string Text, string By, DateTimeOffset At, string? Reply, DateTimeOffset? RepliedAt, DateTimeOffset? ReadAt, DateTimeOffset? ServedAt, string? ServedBy);

    /// <summary>A warning with its clock and its replies.</summary>
    public sealed record WarningRow(
        Id<OrderWarning> Id, int Number, string Name, string? Reference, string Says, long? FineAmount, string? FineCurrency, string? FinePoints, DateTimeOffset ReceivedAt,
        ReadOwed.ClockTold? Clock, ReadOwed.ClockTold? Fine, Sentence? Wants, Sentence? Then, IReadOnlyList<ReplyRow> Replies);

    /// <summary>A reply of the platform's to a warning.</summary>
    /// <param name="ServedAt">When the agency had it; null while nobody knows that it has.</param>
    /// <param name="ServedBy">By what that is known, for staff; null at the agency's door.</param>
    public sealed record ReplyRow(Id<OrderReply> Id, ReplyKind Kind, string Words, DateTimeOffset At, DateTimeOffset? ServedAt, string? ServedBy, bool? Upheld, string? AnswerWords, DateTimeOffset? AnsweredAt);

    /// <summary>A line of the history.</summary>
    public sealed record HistoryRow(DateTimeOffset At, string Actor, string Action, string Why);

    /// <summary>One order with all that belongs to it.</summary>
    public sealed record Whole(
        Row Order, OrderForm Form, OrderChannel Channel, string SentBy, AgencyCard Agency, string Clause, ReadOwed.ClockTold? Clock, bool MayPause, string? PauseNote, bool MayWarn,
        IReadOnlyList<LocationRow> Locations, IReadOnlyList<CheckRow> Checks, IReadOnlyList<AnswerRow> Answers, IReadOnlyList<WarningRow> Warnings, IReadOnlyList<AttachFile.Row> Files, IReadOnlyList<HistoryRow> History, bool MayNormalise, bool Normalising);

    public async Task<Page<Row>> Run(Filter filter, PageRequest page, CancellationToken ct)
    {
        var orders = db.Orders.AsNoTracking();
        orders = filter switch
        {
            Filter.Unacknowledged => orders.Where(o => o.TakenAt == null && o.State != OrderState.Answered),
            Filter.Clarifying => orders.Where(o => o.State == OrderState.Clarifying),
            Filter.Answered => orders.Where(o => o.State == OrderState.Answered),
            _ => orders.Where(o => o.State != OrderState.Answered),
        };
        if (page.AfterId<Order>() is { } after)
        {
            var due = await db.Orders.Where(o => o.Id == after).Select(o => o.DueAt).SingleOrDefaultAsync(ct);
            orders = filter is Filter.Answered
                ? orders.Where(o => o.DueAt < due || (o.DueAt == due && o.Id.CompareTo(after) > 0))
                : orders.Where(o => o.DueAt > due || (o.DueAt == due && o.Id.CompareTo(after) > 0));
        }

        var sorted = filter is Filter.Answered ? orders.OrderByDescending(o => o.DueAt).ThenBy(o => o.Id) : orders.OrderBy(o => o.DueAt).ThenBy(o => o.Id);
        var rows = await sorted.Take(page.Rows + 1).Join(db.Agencies, o => o.Agency, a => a.Id, (o, a) => new { Order = o, a.Name }).ToListAsync(ct);
        var ordered = filter is Filter.Answered ? rows.OrderByDescending(r => r.Order.DueAt).ThenBy(r => r.Order.Id) : rows.OrderBy(r => r.Order.DueAt).ThenBy(r => r.Order.Id);
        var clocks = await owed.Clocks([.. rows.Select(r => r.Order)], ct);
        return Page<Row>.Of([.. ordered.Select(r => RowOf(r.Order, r.Name, clocks))], page.Rows, r => r.Id.ToString());
    }

    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<Whole> One(Id<Order> id, CancellationToken ct)
    {
        var order = await db.Orders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct) ?? throw new NotFound("such order");
        var agency = await db.Agencies.AsNoTracking().SingleAsync(a => a.Id == order.Agency, ct);
        var locations = await db.OrderLocations.AsNoTracking().Where(l => l.OrderId == id).OrderBy(l => l.Number).ToListAsync(ct);
        var checks = await db.OrderChecks.AsNoTracking().Where(c => c.OrderId == id).ToDictionaryAsync(c => c.Item, ct);
        var answers = await db.OrderAnswers.AsNoTracking().Where(a => a.OrderId == id).OrderBy(a => a.Id).ToListAsync(ct);
        var rules = regimes.OrdersUnder(order.Regime);
        var asked = await AnswerOrder.Asked(db, locations, ct);
        var text = id.ToString();
        var history = await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == "order" && l.Subject.Id == text).OrderByDescending(l => l.Seq).Take(MostHistory).ToListAsync(ct);
        return new(
            RowOf(order, agency.Name, await owed.Clocks([order], ct)), ReadOwnOrders.FormOf(order, locations), order.Channel, order.SentByName, AgencyCard.Of(agency), order.Clause, await owed.Clock(order.Subject, order.Clause, inside: true, ct),
            rules?.ClarifyingPauses ?? false, rules?.ClarifyingNote, rules?.Warnings is not null,
            [.. locations.Select(l => new LocationRow(l.Number, l.Location, l.About, l.CaseId, l.State, l.Done, l.Countries, l.DoneAt, l.Receipt, l.Ground, l.Words, l.Wider, asked.Contains(l.Number), NarrowestScope.For(order, agency, l.About)))],
            [.. Enum.GetValues<CheckItem>().Select(i => checks.TryGetValue(i, out var c) ? new CheckRow(i, c.Finding, c.Note, c.By, c.At, Known(i, order, agency, locations)) : new(i, null, "", null, null, Known(i, order, agency, locations)))],
            [.. answers.Select(a => new AnswerRow(a.Id, a.Outcome, a.Text, a.By, a.At, a.Reply, a.RepliedAt, a.ReadAt, a.ServedAt, a.ServedBy))],
            await Warnings(order, inside: true, ct),
            await Files(id, ct),
            [.. history.Select(l => new HistoryRow(l.At, l.Actor, l.Action, l.Why))],
            regimes.OrdersUnder(order.Regime)?.Normalise is not null && order.State is OrderState.Answered && locations.Exists(l => l.DoneAt is not null), answers.Exists(a => a is { Outcome: AnswerOutcome.Normalisation, RepliedAt: null }));
    }

    /// <summary>The warnings of an order, each with its clock and its replies.</summary>
    internal async Task<IReadOnlyList<WarningRow>> Warnings(Order order, bool inside, CancellationToken ct)
    {
        var rules = regimes.OrdersUnder(order.Regime)?.Warnings;
        var replies = (await db.OrderReplies.AsNoTracking().Where(r => r.OrderId == order.Id).OrderBy(r => r.Id).ToListAsync(ct)).ToLookup(r => r.WarningId);
        var rows = new List<WarningRow>();
        foreach (var w in await db.OrderWarnings.AsNoTracking().Where(w => w.OrderId == order.Id).OrderBy(w => w.Number).ToListAsync(ct))
        {
            rows.Add(new(
                w.Id, w.Number, w.Name, w.Reference, w.Says, w.FineAmount, w.FineCurrency, w.FinePoints, w.ReceivedAt,
                await owed.Clock(w.Subject, w.Clause, inside, ct), rules?.PayFine is { } fine ? await owed.Clock(w.Subject, fine, inside, ct) : null,
                w.Number <= rules?.Steps.Count ? rules.Steps[w.Number - 1].Wants : null, w.Number < rules?.Steps.Count ? rules.Steps[w.Number].Wants : rules?.Then,
                [.. replies[w.Id].Select(r => new ReplyRow(r.Id, r.Kind, r.Words, r.At, r.ServedAt, inside ? r.ServedBy : null, r.Upheld, r.AnswerWords, r.AnsweredAt))]));
        }

        return rows;
    }

    internal async Task<IReadOnlyList<AttachFile.Row>> Files(Id<Order> id, CancellationToken ct) =>
        [.. (await db.OrderFiles.AsNoTracking().Where(f => f.OrderId == id).OrderBy(f => f.Id).ToListAsync(ct)).Select(AttachFile.RowOf)];

    private static Row RowOf(Order o, string agency, IReadOnlyDictionary<Id<Order>, ReadOwed.Due> clocks) => new(
        o.Id, o.Number, o.Agency, agency, o.Reference, o.Category, o.Urgent, o.State, o.ReceivedAt, clocks.GetValueOrDefault(o.Id)?.At ?? o.DueAt, clocks.GetValueOrDefault(o.Id)?.Paused ?? false, o.TakenByName, o.AnsweredAt);

    // What the record says by itself; the person who checks still decides.
    private static bool? Known(CheckItem item, Order order, Agency agency, IReadOnlyList<OrderLocation> locations) => item switch
    {
        CheckItem.AuthorityVerified => agency.IsTrusted,
        CheckItem.Competent => OrderCategories.IsCompetent(agency, order.Category) && (agency.Country == "EU" || (order.Countries.Count > 0 && order.Countries.All(c => c == agency.Country))),
        CheckItem.ExactLocation => locations.All(l => l.About.Kind != "link"),
        _ => null,
    };

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/orders", (Choice<Filter>? state, string? after, int? size, ReadOrders read, CancellationToken ct) => read.Run(state?.Value ?? Filter.Open, new(after, size), ct))
            .Requires(Permission.ReadOrders).WithTags("Orders").WithSummary("The register of orders, the soonest due first");
        api.MapGet("/orders/{id}", (Id<Order> id, ReadOrders read, CancellationToken ct) => read.One(id, ct))
            .Requires(Permission.ReadOrders).WithTags("Orders").WithSummary("Read an order with all that belongs to it");
    }
}
