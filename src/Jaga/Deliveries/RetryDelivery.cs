using Jaga.Audit;

namespace Jaga.Deliveries;

/// <summary>A person has a waiting delivery tried now, past its back-off and past an open circuit.</summary>
public sealed class RetryDelivery(Db db, AuditLog audit, TimeProvider clock)
{
    /// <exception cref="RuleBroken">It is over already, or its first time has not come.</exception>
    public async Task Run(Id<Delivery> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var delivery = await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, ct) ?? throw new NotFound($"delivery {id}");
        var now = clock.GetUtcNow();
        if (delivery is { State: DeliveryState.Waiting, Attempts: 0 } && delivery.DueAt > now)
        {
            throw new RuleBroken($"This was never tried and goes by itself at {delivery.DueAt:u}; until then it can be taken back.");
        }

        if (await db.Deliveries.Where(d => d.Id == id && d.State == DeliveryState.Waiting).ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAt, now), ct) == 0)
        {
            throw new RuleBroken($"This delivery is {delivery.State.ToString().ToLowerInvariant()} already.");
        }

        await db.Circuits.Where(c => c.Receiver == delivery.Receiver && c.OpenUntil > now).ExecuteUpdateAsync(set => set.SetProperty(c => c.OpenUntil, now), ct);
        audit.Record(actor, "delivery.retried", delivery.Subject);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/deliveries/{id}/retry", async (Id<Delivery> id, Actor actor, RetryDelivery retry, CancellationToken ct) =>
        {
            await retry.Run(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditDeliveries).WithTags("Deliveries").WithSummary("Try a waiting delivery now");
}
