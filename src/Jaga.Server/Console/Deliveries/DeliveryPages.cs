using Jaga.Deliveries;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Deliveries;

/// <summary>What leaves the house, its tries and receipts, and who it goes to.</summary>
public static class DeliveryPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/deliveries", List).Requires(Permission.ReadDeliveries);
        pages.MapGet("/deliveries/{id}", async (Id<Delivery> id, ReadDeliveries read, Actor actor, CancellationToken ct) =>
            ConsolePages.Page<DeliveryPage>(new { Story = await read.One(id, actor.May, ct) })).Requires(Permission.ReadDeliveries);
        pages.MapPost("/deliveries/{id}/retry", async (Id<Delivery> id, RetryDelivery retry, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await retry.Run(id, actor, ct);
            messages.Leave(new(Tone.Good, words["delivery.retried"]));
            return TypedResults.LocalRedirect($"/deliveries/{id}");
        }).Requires(Permission.EditDeliveries);
        pages.MapPost("/deliveries/{id}/cancel", async (Id<Delivery> id, [FromForm] string reason, CancelDelivery cancel, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await cancel.Run(id, new(reason), actor, ct);
            messages.Leave(new(Tone.Info, words["delivery.cancelled"]));
            return TypedResults.LocalRedirect($"/deliveries/{id}");
        }).Requires(Permission.EditDeliveries);
        pages.MapPost("/receivers", Add).Requires(Permission.EditReceivers).KeepsTyped();
    }

    /// <param name="state"><c>unsent</c> (the default), <c>failing</c>, <c>confirmed</c>, <c>cancelled</c> or <c>all</c>.</param>
    private static async Task<RazorComponentResult> List(string? state, string? after, ReadDeliveries read, ReadReceivers receivers, CancellationToken ct)
    {
        var filter = state switch
        {
            "failing" => new ReadDeliveries.Filter(Failing: true),
            "confirmed" => new(DeliveryState.Confirmed),
            "cancelled" => new(DeliveryState.Cancelled),
            "all" => new(),
            _ => new ReadDeliveries.Filter(DeliveryState.Waiting),
        };
        return ConsolePages.Page<DeliveriesPage>(new { State = state ?? "unsent", Deliveries = await read.Run(filter, new(after, null), ct), Receivers = await receivers.Run(ct) });
    }

    // The secret is in this answer and nowhere else, so it is not a redirect.
    private static async Task<RazorComponentResult> Add([FromForm] string name, [FromForm] string url, [FromForm] bool? allowPrivate, [FromForm] bool? pages, AddReceiver add, Actor actor, CancellationToken ct)
    {
        var added = await add.Run(new(name, new(url, AllowPrivate: allowPrivate is true, Pages: pages is true)), actor, ct);
        return ConsolePages.Page<ReceiverAddedPage>(new { Name = name, Secret = added.Secret ?? "" });
    }
}
