namespace Jaga.Exchanges;

/// <summary>What could not be read of an exchange, the newest first, with the reasons.</summary>
public sealed class ReadSetAsideEntries(Db db)
{
    /// <summary>One of them. <see cref="SetAsideEntry"/> tells what each means.</summary>
    public sealed record Row(Id<SetAsideEntry> Id, string Key, bool IsPage, string Reason, string Excerpt, DateTimeOffset At, DateTimeOffset LastAt, int Times);

    /// <exception cref="NotFound">No such exchange.</exception>
    public async Task<Page<Row>> Run(Id<Exchange> id, PageRequest page, CancellationToken ct)
    {
        var bank = await db.Exchanges.Where(e => e.Id == id).Select(e => (int?)e.Bank).SingleOrDefaultAsync(ct) ?? throw new NotFound("such exchange");
        var rows = db.SetAsideEntries.AsNoTracking().Where(s => s.Bank == bank);
        if (page.AfterId<SetAsideEntry>() is { } after)
        {
            rows = rows.Where(s => s.Id < after);
        }

        var found = await rows.OrderByDescending(s => s.Id).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Row>.Of([.. found.Select(s => new Row(s.Id, s.Key, s.IsPage, s.Reason, s.Excerpt, s.At, s.LastAt, s.Times))], page.Rows, r => r.Id.ToString());
    }

    /// <summary><c>GET /exchanges/{id}/set-aside</c>. What was told of hashes is for those who may edit banks.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/exchanges/{id}/set-aside", async (Id<Exchange> id, string? after, int? size, ReadSetAsideEntries read, CancellationToken ct) => TypedResults.Ok(await read.Run(id, new(after, size), ct)))
        .Requires(Permission.EditBanks)
        .WithName("ReadSetAsideEntries").WithSummary("Entries of an exchange that could not be read");
}
