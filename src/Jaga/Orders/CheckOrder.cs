using Jaga.Audit;

namespace Jaga.Orders;

/// <summary>Writes down what a person found by the check list. Where that was all that was missing, the order is answered by it.</summary>
public sealed class CheckOrder(Db db, AuditLog audit, TimeProvider clock, PublishAnswer publish)
{
    /// <param name="Item">What was looked at.</param>
    /// <param name="Finding">What was found.</param>
    /// <param name="Note">Why, at most 1,000 characters.</param>
    public sealed record Line(CheckItem Item, CheckFinding Finding, string? Note = null);

    /// <summary>The lines that were looked at; the others stay as they are.</summary>
    public sealed record Request(IReadOnlyList<Line> Lines);

    /// <exception cref="BadInput">No line, a line twice, or a note is too long.</exception>
    /// <exception cref="NotFound">There is no such order.</exception>
    public async Task Run(Id<Order> id, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Lines.Count is 0 || request.Lines.DistinctBy(l => l.Item).Count() != request.Lines.Count || request.Lines.Any(l => l.Note?.Length > 1000))
        {
            throw new BadInput("lines", "Give each line once, with a note of at most 1,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var order = await Order.Hold(db, id, ct);
        var before = await db.OrderChecks.Where(c => c.OrderId == id).ToListAsync(ct);
        foreach (var line in request.Lines)
        {
            var check = before.SingleOrDefault(c => c.Item == line.Item);
            if (check is null)
            {
                check = new() { Id = Id<OrderCheck>.New(clock), OrderId = id, Item = line.Item, By = actor.ToString() };
                db.Add(check);
            }

            (check.Finding, check.Note, check.By, check.At) = (line.Finding, line.Note?.Trim() ?? "", actor.ToString(), clock.GetUtcNow());
        }

        audit.Record(actor, "order.checked", order.Subject, "", request);
        if (order.State is not OrderState.Answered)
        {
            await db.SaveChangesAsync(ct);
            await publish.ByItself(order, await db.OrderLocations.Where(l => l.OrderId == id).OrderBy(l => l.Number).ToListAsync(ct), tell: false, ct);
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPut("/orders/{id}/checks", async (Id<Order> id, Request request, CheckOrder check, Actor actor, CancellationToken ct) =>
        {
            await check.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Write down the check list");
}
