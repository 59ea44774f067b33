using Jaga.Evidence;

namespace Jaga.Orders;

/// <summary>Opens a file of an order. Who opened it is recorded as custody of the evidence. It is always given as a download, never shown in the page.</summary>
public sealed class OpenFile(Db db, Vault vault)
{
    /// <exception cref="NotFound">There is no such file on an order of this agency.</exception>
    public async Task<(OrderFile File, Stream Content)> Run(Id<Order> id, Id<OrderFile> file, Actor actor, CancellationToken ct)
    {
        if (actor.For is not null)
        {
            await ReadOwnOrders.Own(db, id, actor, ct);
        }

        var found = await db.OrderFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Id == file && f.OrderId == id, ct) ?? throw new NotFound("such file on this order");
        return (found, await vault.Open(found.EvidenceId, actor, "read as a file of the order", ct));
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agency/orders/{id}/files/{file}", async (Id<Order> id, Id<OrderFile> file, OpenFile open, Actor actor, CancellationToken ct) => Download(await open.Run(id, file, actor, ct)))
            .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Read a file of an order of your agency's");
        api.MapGet("/orders/{id}/files/{file}", async (Id<Order> id, Id<OrderFile> file, OpenFile open, Actor actor, CancellationToken ct) => Download(await open.Run(id, file, actor, ct)))
            .Requires(Permission.ReadOrders).WithTags("Orders").WithSummary("Read a file of an order");
    }

    private static FileStreamHttpResult Download((OrderFile File, Stream Content) opened) => TypedResults.Stream(opened.Content, "application/octet-stream", opened.File.Name);
}
