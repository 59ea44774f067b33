using Jaga.Evidence;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>An agency sends an order through its door, and has its receipt with a number at once.</summary>
public sealed class SendOrder(Db db, TimeProvider clock, ReceiveOrder receive, AttachFile attach)
{
    /// <exception cref="BadInput">Fields cannot be; nothing was received.</exception>
    /// <exception cref="RuleBroken">This reference was received already.</exception>
    public Task<OrderReceipt> Run(OrderForm form, Actor actor, CancellationToken ct) => RunWith(form, null, actor, ct);

    /// <summary>The same with the file that belongs to it: both are received, or neither.</summary>
    /// <exception cref="BadInput">Fields or the file cannot be; nothing was received.</exception>
    /// <exception cref="RuleBroken">This reference was received already.</exception>
    public async Task<OrderReceipt> RunWith(OrderForm form, SentFile? file, Actor actor, CancellationToken ct)
    {
        (SentFile, VaultBytes)? put = file is null ? null : await attach.Put(file, ct);
        await using var transaction = await db.Begin(ct);
        var agency = await Agency.Of(db, actor, ct);
        var order = await receive.Run(agency, form, OrderChannel.Door, clock.GetUtcNow(), actor, ct);
        if (put is { } sent)
        {
            await attach.Keep(order, sent, actor, ct);
        }

        return await transaction.Commit(ReceiveOrder.Receipt(order, form.Checked().Locations.Count), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/agency/orders", (OrderForm form, SendOrder send, Actor actor, CancellationToken ct) => send.Run(form, actor, ct))
        .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Send an order").WithDescription("The receipt names the clause whose clock runs, and when its time is over.");
}
