using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>An agency sends an order through its door, and has its receipt with a number at once.</summary>
public sealed class SendOrder(Db db, TimeProvider clock, ReceiveOrder receive)
{
    /// <exception cref="BadInput">Fields cannot be; nothing was received.</exception>
    /// <exception cref="RuleBroken">This reference was received already.</exception>
    public async Task<OrderReceipt> Run(OrderForm form, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var agency = await Agency.Of(db, actor, ct);
        var order = await receive.Run(agency, form, OrderChannel.Door, clock.GetUtcNow(), actor, ct);
        return await transaction.Commit(ReceiveOrder.Receipt(order, form.Checked().Locations.Count), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/agency/orders", (OrderForm form, SendOrder send, Actor actor, CancellationToken ct) => send.Run(form, actor, ct))
        .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Send an order").WithDescription("The receipt names the clause whose clock runs, and when its time is over.");
}
