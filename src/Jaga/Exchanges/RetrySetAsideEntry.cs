using Jaga.Audit;
using Jaga.Exchanges.Protocols;

namespace Jaga.Exchanges;

/// <summary>Asks the exchange again for the page that an entry was set aside from, and takes what can be read now. The runs go on, and go before it.</summary>
public sealed class RetrySetAsideEntry(Db db, AuditLog audit, FetchExchange fetch, AllProtocols protocols, TakePage take, TimeProvider clock)
{
    // A window of time may have many pages; what is behind these is read by a run from the start.
    private const int MaxPages = 20;

    /// <param name="StillAside">Whether it still cannot be read.</param>
    /// <param name="Taken">Entries that could be read.</param>
    public sealed record Answer(bool StillAside, int Taken);

    /// <exception cref="NotFound">Nothing is set aside under this id.</exception>
    /// <exception cref="RuleBroken">The exchange cannot be read now, or a run took a page of it meanwhile.</exception>
    public async Task<Answer> Run(Id<Exchange> id, Id<SetAsideEntry> entry, Actor actor, CancellationToken ct)
    {
        var exchange = await db.Exchanges.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exchange");
        var row = await db.SetAsideEntries.AsNoTracking().SingleOrDefaultAsync(s => s.Id == entry && s.Bank == exchange.Bank, ct) ?? throw new NotFound("such entry set aside");
        var step = await db.ExchangeProgress.Where(p => p.Bank == exchange.Bank).Select(p => p.Step).SingleAsync(ct);
        var pages = await Read(exchange, row, ct);

        await using var transaction = await db.Begin(ct);
        var progress = await db.ExchangeProgress.SingleAsync(p => p.Bank == exchange.Bank, ct);
        if (progress.Step != step)
        {
            // Whatever a run took meanwhile is newer than these pages: a tombstone among it would be undone.
            throw new RuleBroken("The exchange was read at the same time, and what it told then counts. Try again when the run is over.");
        }

        progress.Step++;
        foreach (var page in pages)
        {
            await take.Apply(exchange, progress, page, ct);
            await take.SetAside(exchange, progress, page, row.Cursor, ct);
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Entries<ExchangeClaim>().ToList().ForEach(e => e.State = EntityState.Detached);
        }

        var taken = pages.Sum(p => p.Entries.Count);
        if (row.IsPage)
        {
            await db.SetAsideEntries.Where(s => s.Id == entry).ExecuteDeleteAsync(ct);
        }

        audit.Record(actor, "exchange.entry-retried", exchange.Subject, row.Reason, new { row.Key, row.IsPage, taken });
        var still = await db.SetAsideEntries.AnyAsync(s => s.Id == entry, ct);
        return await transaction.Commit(new Answer(still, taken), ct);
    }

    private async Task<List<ExchangePage>> Read(Exchange exchange, SetAsideEntry row, CancellationToken ct)
    {
        using var link = fetch.Open(exchange);
        var pages = new List<ExchangePage>();
        try
        {
            for (var cursor = row.Cursor; cursor is not null && pages.Count < MaxPages;)
            {
                var page = await protocols.Of(exchange.Kind).Read(link, cursor, clock.GetUtcNow(), ct);
                pages.Add(page);
                cursor = row.IsPage && page.Checkpoint is null ? page.Next : null;
            }
        }
        catch (ExchangeFailure failure)
        {
            throw new RuleBroken($"It cannot be read now. {failure.Message}");
        }

        return pages;
    }

    /// <summary><c>POST /exchanges/{id}/set-aside/{entry}/retry</c>: 200 with what came of it.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/exchanges/{id}/set-aside/{entry}/retry", async (Id<Exchange> id, Id<SetAsideEntry> entry, RetrySetAsideEntry retry, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await retry.Run(id, entry, actor, ct)))
        .Requires(Permission.EditBanks)
        .WithName("RetrySetAsideEntry").WithSummary("Read an entry again that was set aside");
}
