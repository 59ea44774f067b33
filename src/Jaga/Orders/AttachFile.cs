using Jaga.Audit;
using Jaga.Evidence;

namespace Jaga.Orders;

/// <summary>A file as it was sent.</summary>
/// <param name="Name">1 to 200 characters; of a path its last part counts.</param>
/// <param name="MediaType">As it is said to be; never believed.</param>
/// <param name="Content">1 byte to 20 MiB.</param>
public sealed record SentFile(string Name, string MediaType, ReadOnlyMemory<byte> Content);

/// <summary>Puts a file to an order, into the vault: by the agency through its door, or by staff (the letter that they entered).</summary>
public sealed class AttachFile(Db db, AuditLog audit, TimeProvider clock, Vault vault)
{
    /// <summary>A file of an order.</summary>
    /// <param name="Length">In bytes.</param>
    public sealed record Row(Id<OrderFile> Id, string Name, string MediaType, long Length, DateTimeOffset At);

    /// <param name="name">1 to 200 characters.</param>
    /// <param name="content">At most 20 MiB.</param>
    /// <exception cref="BadInput">The name or the content cannot be.</exception>
    /// <exception cref="NotFound">There is no such order of this agency.</exception>
    /// <exception cref="RuleBroken">The order has as many files as it can have.</exception>
    public async Task<Row> Run(Id<Order> id, string name, string mediaType, ReadOnlyMemory<byte> content, Actor actor, CancellationToken ct)
    {
        var put = await Put(new(name, mediaType, content), ct);
        await using var transaction = await db.Begin(ct);
        if (actor.For is not null)
        {
            await ReadOwnOrders.Own(db, id, actor, ct);
        }

        var order = await Order.Hold(db, id, ct);
        if (await db.OrderFiles.CountAsync(f => f.OrderId == id, ct) >= OrderFile.MostFiles)
        {
            throw new RuleBroken($"An order has at most {OrderFile.MostFiles} files.");
        }

        return await transaction.Commit(RowOf(await Keep(order, put, actor, ct)), ct);
    }

    /// <summary>Checks a file and writes its bytes ahead of the transaction that keeps it.</summary>
    /// <exception cref="BadInput">The name or the content cannot be.</exception>
    internal async Task<(SentFile File, VaultBytes Bytes)> Put(SentFile sent, CancellationToken ct)
    {
        if (Path.GetFileName(sent.Name.Replace('\\', '/')).Trim() is not { Length: >= 1 and <= 200 } name || name.Any(char.IsControl))
        {
            throw new BadInput("name", "A file has a name of 1 to 200 characters.");
        }

        if (sent.Content.Length is 0 or > OrderFile.MostBytes)
        {
            throw new BadInput("file", $"A file has 1 byte to {OrderFile.MostBytes / 1024 / 1024} MiB.");
        }

        var type = sent.MediaType is { Length: >= 3 and <= 100 } said && said.Contains('/', StringComparison.Ordinal) && said.All(c => c is > ' ' and <= '~') ? said : "application/octet-stream";
        return (new(name, type, sent.Content), await vault.Put(new MemoryStream(sent.Content.ToArray(), writable: false), ct));
    }

    /// <summary>Keeps the file with the order, in the caller's transaction.</summary>
    internal async Task<OrderFile> Keep(Order order, (SentFile File, VaultBytes Bytes) put, Actor actor, CancellationToken ct)
    {
        var kept = await vault.Keep(put.Bytes, put.File.MediaType, order.Subject, actor, "came with the order", null, ct);
        var file = new OrderFile { Id = Id<OrderFile>.New(clock), OrderId = order.Id, Name = put.File.Name, MediaType = put.File.MediaType, Length = put.File.Content.Length, EvidenceId = kept.Id, At = clock.GetUtcNow() };
        db.Add(file);
        audit.Record(actor, "order.file-attached", order.Subject, file.Name, new { file = file.Id, kept.Sha256, file.Length });
        return file;
    }

    internal static Row RowOf(OrderFile f) => new(f.Id, f.Name, f.MediaType, f.Length, f.At);

    /// <summary>All of a request's body, up to the limit.</summary>
    internal static async Task<ReadOnlyMemory<byte>> Body(Stream body, CancellationToken ct)
    {
        var all = new MemoryStream();
        var piece = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(piece, ct)) > 0;)
        {
            all.Write(piece, 0, read);
            if (all.Length > OrderFile.MostBytes)
            {
                throw new BadInput("file", $"A file has at most {OrderFile.MostBytes / 1024 / 1024} MiB.");
            }
        }

        return all.ToArray();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/agency/orders/{id}/files", async (Id<Order> id, string? name, HttpRequest http, AttachFile attach, Actor actor, CancellationToken ct) =>
                TypedResults.Ok(await attach.Run(id, name ?? "", http.ContentType ?? "", await Body(http.Body, ct), actor, ct)))
            .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Put a file to an order").WithDescription("The body is the file; ?name= is its name. At most 20 MiB.");
        api.MapPost("/orders/{id}/files", async (Id<Order> id, string? name, HttpRequest http, AttachFile attach, Actor actor, CancellationToken ct) =>
                TypedResults.Ok(await attach.Run(id, name ?? "", http.ContentType ?? "", await Body(http.Body, ct), actor, ct)))
            .Requires(Permission.AnswerOrders).WithTags("Orders").WithSummary("Put a file to an order").WithDescription("The body is the file; ?name= is its name. At most 20 MiB.");
    }
}
