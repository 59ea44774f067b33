namespace Jaga.Banks;

/// <summary>What came into a bank, from where, when and by whom: the newest first.</summary>
public sealed class ReadBatches(Db db)
{
    /// <summary>A batch as the interface shows it. <see cref="SignalBatch"/> tells what each means.</summary>
    public sealed record Row(long Number, BatchState State, string Source, string Digest, string MadeBy, int Added, int Removed, DateTimeOffset StartedAt, DateTimeOffset? PublishedAt);

    /// <exception cref="NotFound">No such bank.</exception>
    public async Task<Page<Row>> Run(Id<Bank> id, PageRequest page, CancellationToken ct)
    {
        var bank = await db.Banks.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, ct) ?? throw new NotFound("such bank");
        var batches = db.SignalBatches.AsNoTracking().Where(b => b.Bank == bank.Number);
        if (page.After is not null)
        {
            var after = long.TryParse(page.After, out var number) ? number : throw new BadInput("after", "This cursor was not given out by this list.");
            batches = batches.Where(b => b.Number < after);
        }

        var rows = await batches.OrderByDescending(b => b.Number).Take(page.Rows + 1)
            .Select(b => new Row(b.Number, b.State, b.Source, b.Digest, b.MadeBy, b.Added, b.Removed, b.StartedAt, b.PublishedAt)).ToListAsync(ct);
        return Page<Row>.Of(rows, page.Rows, r => r.Number.ToString());
    }

    /// <summary><c>GET /banks/{id}/batches</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/banks/{id}/batches", async (Id<Bank> id, string? after, int? size, ReadBatches read, CancellationToken ct) => TypedResults.Ok(await read.Run(id, new(after, size), ct)))
        .Requires(Permission.ReadBanks)
        .WithName("ReadBatches").WithSummary("What came into a bank, newest first");
}
