using System.Collections.Concurrent;
using Jaga.Matching;
using Microsoft.Extensions.Hosting;

namespace Jaga.Items.Lookbacks;

/// <summary>This node's share of the look-backs that run: as many threads as the setting allows, for as long as there are parts to search.</summary>
public sealed class LookbackRunner(
    IServiceScopeFactory scopes, StorageSettings storage, Matcher matcher, RecordLookback record, LookbackSettings settings, WorkerSettings worker, TimeProvider clock,
    LookbackMeter meter, ILogger<LookbackRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly LookbackLeases _leases = new(scopes, clock, settings);
    private readonly SemaphoreSlim _one = new(1, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (worker.Enabled && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await Standing(stoppingToken))
                {
                    using var watching = new CancellationTokenSource();
                    var watch = Watch(watching.Token);
                    try
                    {
                        await RunDue(stoppingToken);
                    }
                    finally
                    {
                        await watching.CancelAsync();
                        await watch;
                    }

                    await Standing(stoppingToken);
                }

                await Task.Delay(Poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The database may be away for a while; what was searched is written down, and the rest is searched then.
                logger.LogError(failure, "The look-back could not go on");
                await Task.WhenAny(Task.Delay(Poll, stoppingToken));
            }
        }
    }

    /// <summary>Searches until no part is free, and ends what is searched through.</summary>
    /// <returns>Parts that were taken.</returns>
    public async Task<int> RunDue(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var sought = new ConcurrentDictionary<Id<Lookback>, Lazy<Task<SoughtSignals>>>();
            var (lanes, duty) = settings.Shared(Environment.ProcessorCount);
            var parts = await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => new LookbackLane(
                scopes, storage, _leases, id => sought.GetOrAdd(id, of => new(() => Read(of, ct))).Value, matcher, record, settings, duty, clock, meter).Run(ct)));
            await _leases.Finish(ct);
            return parts.Sum();
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    private async Task<SoughtSignals> Read(Id<Lookback> id, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await matcher.CatchUp(ct); // it must know what is sought, of a look-back that begins while others run too
        return await SoughtSignals.Read(db, await db.Lookbacks.AsNoTracking().SingleAsync(l => l.Id == id, ct), ct);
    }

    // For the metrics, and whether there is anything to do.
    private async Task<bool> Standing(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var open = await db.LookbackParts.Join(db.Lookbacks.Where(l => l.State == LookbackState.Running || l.State == LookbackState.Paused), p => p.Lookback, l => l.Id, (p, l) => new { p.Total, p.Done, p.Found, l.State }).ToListAsync(ct);
        meter.Standing(open.Sum(p => p.Total), open.Sum(p => p.Done), open.Sum(p => p.Found));
        return open.Exists(p => p.State is LookbackState.Running);
    }

    private async Task Watch(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(Poll, ct));
            await Standing(CancellationToken.None);
        }
    }
}
