using System.Collections.Concurrent;

namespace Jaga.Exchanges;

/// <summary>Reads every exchange whose time has come, side by side. One that takes long goes on by itself, and delays nobody else.</summary>
public sealed class FetchExchanges(Db db, Readings readings, TimeProvider clock) : IRecurring
{
    // A turn ends before its lease does.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await db.Exchanges.Where(e => !e.Paused && db.ExchangeProgress.Any(p => p.Bank == e.Bank && p.DueAt <= now)).Select(e => e.Id).ToListAsync(ct);
        if (due.Count == 0)
        {
            return false;
        }

        var all = Task.WhenAll(due.Select(readings.Begin));
        await Task.WhenAny(all, Task.Delay(Within, ct));
        return all.IsCompletedSuccessfully && (await all).Any(more => more);
    }
}

/// <summary>The exchanges that this process is reading now, each once.</summary>
public sealed class Readings(IServiceScopeFactory scopes, ILogger<Readings> logger) : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<Id<Exchange>, Lazy<Task<bool>>> _running = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Begins to read an exchange, unless it is being read.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    public Task<bool> Begin(Id<Exchange> id) => _running.GetOrAdd(id, one => new(() => Task.Run(() => Read(one)))).Value;

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task<bool> Read(Id<Exchange> id)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<FetchExchange>().Run(id, Within, _stopping.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The database may be away; the next turn finds all as it was saved.
            logger.LogError(failure, "Exchange {Exchange} could not be worked on", id);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }
}
