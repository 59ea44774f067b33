using Jaga.Deliveries;

namespace Jaga.Orders;

/// <summary>The agency's webhook, or its mail server, has taken an answer: the order's duty is kept by that.</summary>
public sealed class Served(Db db, PublishAnswer publish) : IOnDelivered
{
    public string Type => TellAgency.AnsweredType;

    public async Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
    {
        if (Id<OrderAnswer>.TryParse(delivery.About.Id, null, out var id) && await db.OrderAnswers.SingleOrDefaultAsync(a => a.Id == id, ct) is { } answer)
        {
            await publish.Serve(await Order.Hold(db, answer.OrderId, ct), answer, delivery.Subject, Actor.System("deliveries"), ct);
        }
    }
}
