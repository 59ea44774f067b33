namespace Jaga.Exchanges;

/// <summary>Reads every exchange whose time has come, side by side, so that a slow one delays nobody else by more than a turn.</summary>
public sealed class FetchExchanges(Db db, IServiceScopeFactory scopes, TimeProvider clock, ILogger<FetchExchanges> logger) : IRecurring
{
    // A turn is leased for longer than this and one slow answer take together.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(15);

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await db.Exchanges.Where(e => !e.Paused && db.ExchangeProgress.Any(p => p.Bank == e.Bank && p.DueAt <= now)).Select(e => e.Id).ToListAsync(ct);
        var more = await Task.WhenAll(due.Select(id => One(id, ct)));
        return more.Any(m => m);
    }

    private async Task<bool> One(Id<Exchange> id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            return await scope.ServiceProvider.GetRequiredService<FetchExchange>().Run(id, Within, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogError(failure, "Exchange {Exchange} could not be worked on", id);
            return false;
        }
    }
}
