using Jaga.Audit;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>
/// What an agency sees of its own orders, and nothing else: another's order is the same as none. Reading an answer is recorded, and shows that it arrived.
/// </summary>
public sealed class ReadOwnOrders(Db db, AuditLog audit, TimeProvider clock, PublishAnswer publish, ReadOwed owed, ReadOrders read)
{
    /// <summary>An order in the list. Times in UTC.</summary>
    /// <param name="DueAt">When it is due, with the pauses that have ended.</param>
    /// <param name="Paused">Whether its clock stands still.</param>
    public sealed record Row(Id<Order> Id, string Number, string? Reference, string Category, bool Urgent, OrderState State, DateTimeOffset ReceivedAt, DateTimeOffset DueAt, bool Paused, DateTimeOffset? TakenAt, DateTimeOffset? AnsweredAt);

    /// <summary>What was answered or asked.</summary>
    /// <param name="Text">The whole answer in words.</param>
    /// <param name="Reply">For a question: what the agency answered.</param>
    public sealed record Answered(AnswerOutcome Outcome, string Words, string Text, DateTimeOffset At, string? Reply, DateTimeOffset? RepliedAt);

    /// <summary>One order, with its clock, its locations and its answers.</summary>
    /// <param name="MayAnswerNormalisation">Whether the platform asks for access to be restored, and waits.</param>
    public sealed record Whole(
        Row Order, OrderForm Form, string Clause, ReadOwed.ClockTold? Clock, IReadOnlyList<LocationTold> Locations, IReadOnlyList<Answered> Answers, IReadOnlyList<ReadOrders.WarningRow> Warnings, IReadOnlyList<AttachFile.Row> Files,
        IReadOnlyList<Line> History, bool MayAnswerNormalisation);

    /// <summary>Something that was done about the order, and when; without who here did it.</summary>
    public sealed record Line(DateTimeOffset At, string Action);

    // What an agency may know was done. What a decision says comes with the answer, and that one was taken back is the house's own affair.
    private static readonly string[] Told =
    [
        "order.received", "order.taken", "order.location-decided", "order.location-answered", "order.questioned", "order.clarified", "order.answered", "order.warned", "order.replied", "order.objection-upheld",
        "order.objection-rejected", "order.normalisation-asked", "order.normalised", "order.normalisation-refused",
    ];

    public async Task<Page<Row>> Run(PageRequest page, Actor actor, CancellationToken ct)
    {
        var agency = await Agency.Of(db, actor, ct);
        var orders = db.Orders.AsNoTracking().Where(o => o.Agency == agency.Id);
        if (page.AfterId<Order>() is { } after)
        {
            orders = orders.Where(o => o.Id.CompareTo(after) < 0);
        }

        var rows = await orders.OrderByDescending(o => o.Id).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Row>.Of([.. RowsOf(rows, await owed.Clocks(rows, ct))], page.Rows, r => r.Id.ToString());
    }

    /// <exception cref="NotFound">This agency has no such order.</exception>
    public async Task<Whole> One(Id<Order> id, Actor actor, CancellationToken ct)
    {
        var order = await Own(db, id, actor, ct);
        var locations = await db.OrderLocations.AsNoTracking().Where(l => l.OrderId == id).OrderBy(l => l.Number).ToListAsync(ct);
        var wanted = NarrowestScope.Countries(order, await Agency.Find(db, order.Agency, ct));
        var answers = await db.OrderAnswers.AsNoTracking().Where(a => a.OrderId == id).OrderBy(a => a.Id).ToListAsync(ct);
        if (answers.Exists(a => a.ReadAt is null))
        {
            await Seen(id, actor, ct);
        }

        return new(
            RowsOf([order], await owed.Clocks([order], ct)).Single(), FormOf(order, locations), order.Clause, await owed.Clock(order.Subject, order.Clause, inside: false, ct), [.. locations.Select(l => LocationTold.Of(l, wanted, order.State is OrderState.Answered))],
            [.. answers.Select(a => new Answered(a.Outcome, a.Words, a.Text, a.At, a.Reply, a.RepliedAt))],
            await read.Warnings(order, inside: false, ct), await read.Files(id, ct), await History(order, ct), answers.Exists(a => a is { Outcome: AnswerOutcome.Normalisation, RepliedAt: null }));
    }

    /// <summary>The agency's own order, or as good as none.</summary>
    internal static async Task<Order> Own(Db db, Id<Order> id, Actor actor, CancellationToken ct)
    {
        var agency = await Agency.Of(db, actor, ct);
        return await db.Orders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id && o.Agency == agency.Id, ct) ?? throw new NotFound("such order");
    }

    private static IEnumerable<Row> RowsOf(IEnumerable<Order> orders, IReadOnlyDictionary<Id<Order>, ReadOwed.Due> clocks) => orders.Select(o =>
        new Row(o.Id, o.Number, o.Reference, o.Category, o.Urgent, o.State, o.ReceivedAt, clocks.GetValueOrDefault(o.Id)?.At ?? o.DueAt, clocks.GetValueOrDefault(o.Id)?.Paused ?? false, o.TakenAt, o.AnsweredAt));

    internal static OrderForm FormOf(Order o, IEnumerable<OrderLocation> locations) => new(
        o.Category, [.. locations.Select(l => l.Location)], o.LegalBasis, o.Reasons, o.Authority, o.Redress, o.Countries, o.Urgent, o.Regime, null, o.Language, o.Reference, o.Contact);

    private async Task<IReadOnlyList<Line>> History(Order order, CancellationToken ct)
    {
        var id = order.Subject.Id;
        var newest = await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == "order" && l.Subject.Id == id && Told.Contains(l.Action)).OrderByDescending(l => l.Seq).Take(ReadOrders.MostHistory).Select(l => new Line(l.At, l.Action)).ToListAsync(ct);
        newest.Reverse();
        return newest;
    }

    private async Task Seen(Id<Order> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        foreach (var answer in await db.OrderAnswers.Where(a => a.OrderId == id && a.ReadAt == null).ToListAsync(ct))
        {
            answer.ReadAt = clock.GetUtcNow();
            audit.Record(actor, "order.answer-read", order.Subject, "", new { answer = answer.Id });
            await publish.Serve(order, answer, new("receipt", $"read-{answer.Id}"), actor, ct);
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agency/orders", (string? after, int? size, ReadOwnOrders read, Actor actor, CancellationToken ct) => read.Run(new(after, size), actor, ct))
            .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("List your agency's orders, newest first");
        api.MapGet("/agency/orders/{id}", (Id<Order> id, ReadOwnOrders read, Actor actor, CancellationToken ct) => read.One(id, actor, ct))
            .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Read an order of your agency's, its clock and its answers").WithDescription("That an answer was read is recorded.");
    }
}
