using Jaga.Audit;

namespace Jaga.Deliveries;

/// <summary>A person gives up a waiting delivery, and says why: the only way in which one ends without being received.</summary>
public sealed class CancelDelivery(Db db, AuditLog audit, TimeProvider clock)
{
    private const int MaxReason = 2000;

    public sealed record Request(string Reason);

    /// <exception cref="RuleBroken">It is confirmed or cancelled already, or is being sent at this moment.</exception>
    public async Task Run(Id<Delivery> id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > MaxReason)
        {
            throw new BadInput("reason", $"Say why, in 1 to {MaxReason} characters.");
        }

        await using var transaction = await db.Begin(ct);
        var delivery = await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, ct) ?? throw new NotFound($"delivery {id}");
        var now = clock.GetUtcNow();

        // One conditional update: while a sender holds it, nobody can say whether the receiver has it already.
        var cancelled = await db.Deliveries.Where(d => d.Id == id && d.State == DeliveryState.Waiting && (d.LeasedUntil == null || d.LeasedUntil < now))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Cancelled).SetProperty(d => d.CancelledBecause, request.Reason), ct);
        if (cancelled == 0)
        {
            throw new RuleBroken(delivery.State is DeliveryState.Waiting
                ? "This delivery is being sent at this moment. Try again shortly."
                : $"This delivery is {delivery.State.ToString().ToLowerInvariant()} already.");
        }

        audit.Record(actor, "delivery.cancelled", delivery.Subject, request.Reason, new { delivery.Type, about = delivery.About });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/deliveries/{id}/cancel", async (Id<Delivery> id, Request request, Actor actor, CancelDelivery cancel, CancellationToken ct) =>
        {
            await cancel.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditDeliveries).WithTags("Deliveries").WithSummary("Give a delivery up, with a reason");
}
