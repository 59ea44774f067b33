using Jaga.Evidence;
using Jaga.People.Agencies;

namespace Jaga.Orders;

/// <summary>Staff enter an order that came by e-mail or letter. Its clock runs from when it arrived, not from when it was entered; the original comes with it, or is attached after.</summary>
public sealed class EnterOrder(Db db, TimeProvider clock, ReceiveOrder receive, AttachFile attach)
{
    /// <param name="Agency">Whose it is.</param>
    /// <param name="Channel">How it came: by e-mail or by letter.</param>
    /// <param name="ReceivedAt">When it arrived; null for now. Not later than now.</param>
    public sealed record Request(Id<Agency> Agency, OrderChannel Channel, OrderForm Order, DateTimeOffset? ReceivedAt = null);

    /// <exception cref="BadInput">Fields cannot be.</exception>
    /// <exception cref="NotFound">There is no such agency.</exception>
    /// <exception cref="RuleBroken">This reference was received already.</exception>
    public Task<OrderReceipt> Run(Request request, Actor actor, CancellationToken ct) => RunWith(request, null, actor, ct);

    /// <summary>The same with the original: both are kept, or neither.</summary>
    /// <exception cref="BadInput">Fields or the file cannot be; nothing was entered.</exception>
    /// <exception cref="NotFound">There is no such agency.</exception>
    /// <exception cref="RuleBroken">This reference was received already.</exception>
    public async Task<OrderReceipt> RunWith(Request request, SentFile? original, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (request.Channel is OrderChannel.Door)
        {
            throw new BadInput("channel", "What staff enter came by e-mail or by letter.");
        }

        if (request.ReceivedAt > now)
        {
            throw new BadInput("receivedAt", "It cannot have arrived later than now.");
        }

        (SentFile, VaultBytes)? put = original is null ? null : await attach.Put(original, ct);
        await using var transaction = await db.Begin(ct);
        var agency = await db.Agencies.SingleOrDefaultAsync(a => a.Id == request.Agency, ct) ?? throw new NotFound("agency with this id");
        var order = await receive.Run(agency, request.Order, request.Channel, request.ReceivedAt ?? now, actor, ct);
        if (put is { } sent)
        {
            await attach.Keep(order, sent, actor, ct);
        }

        return await transaction.Commit(ReceiveOrder.Receipt(order, request.Order.Checked().Locations.Count), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/orders", (Request request, EnterOrder enter, Actor actor, CancellationToken ct) => enter.Run(request, actor, ct))
        .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Enter an order that came by e-mail or letter");
}
