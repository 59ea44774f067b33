using System.Collections.Concurrent;

namespace Jaga.Referrals;

/// <summary>Sends every referral whose step is due, a bounded number at once; a long upload goes on by itself and delays nobody.</summary>
public sealed class SendReferrals(Db db, Sendings sendings, ReferralSettings settings, TimeProvider clock) : IRecurring
{
    // A turn ends before its lease does.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await db.Referrals.AsNoTracking().Where(r => r.DueAt <= now && (r.LeasedUntil == null || r.LeasedUntil < now)).OrderBy(r => r.DueAt).Take(settings.AtOnce).Select(r => r.Id).ToListAsync(ct);
        var all = Task.WhenAll(due.Select(sendings.Begin));
        await Task.WhenAny(all, Task.Delay(Within, ct));
        return due.Count == settings.AtOnce && all.IsCompletedSuccessfully;
    }
}

/// <summary>The referrals that this process is sending now, each once, each under a lease that is renewed while it lasts.</summary>
public sealed class Sendings(IServiceScopeFactory scopes, ReferralSettings settings, TimeProvider clock, ILogger<Sendings> logger) : IDisposable
{
    private readonly ConcurrentDictionary<Id<Referral>, Lazy<Task>> _running = [];
    private readonly SemaphoreSlim _places = new(settings.AtOnce);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Begins to send a referral, unless this process is sending it.</summary>
    public Task Begin(Id<Referral> id) => _running.GetOrAdd(id, one => new(() => Task.Run(() => Send(one)))).Value;

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _places.Dispose();
    }

    private async Task Send(Id<Referral> id)
    {
        var me = Guid.CreateVersion7();
        try
        {
            await _places.WaitAsync(_stopping.Token);
            try
            {
                if (!await Lease(id, me, free: true))
                {
                    return;
                }

                using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                var renewing = Renew(id, me, ended.Token);
                try
                {
                    await using var scope = scopes.CreateAsyncScope();
                    await scope.ServiceProvider.GetRequiredService<SendReferral>().Run(id, me, _stopping.Token);
                }
                finally
                {
                    // However it ended: a lease that is renewed for ever would let nobody try again.
                    await ended.CancelAsync();
                    await renewing;
                }

                await Give(id, me);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Jaga is stopping; the lease ends by itself and another goes on.
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Referral {Referral} could not be worked on", id);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    private async Task Renew(Id<Referral> id, Guid me, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(settings.Lease / 3);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await Lease(id, me, free: false);
            }
        }
        catch (OperationCanceledException)
        {
            // It is sent, or Jaga is stopping.
        }
        catch (Exception failure)
        {
            // Without a lease another may take over, and the step under way finds the row changed.
            logger.LogError(failure, "The lease of referral {Referral} could not be renewed", id);
        }
    }

    private async Task<bool> Lease(Id<Referral> id, Guid me, bool free)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = clock.GetUtcNow();
        using var turn = await db.WriteAlone(_stopping.Token);
        var rows = free ? db.Referrals.Where(r => r.Id == id && (r.LeasedUntil == null || r.LeasedUntil < now)) : db.Referrals.Where(r => r.Id == id && r.LeasedBy == me);
        return await rows.ExecuteUpdateAsync(set => set.SetProperty(r => r.LeasedBy, me).SetProperty(r => r.LeasedUntil, now + settings.Lease), _stopping.Token) == 1;
    }

    private async Task Give(Id<Referral> id, Guid me)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        using var turn = await db.WriteAlone(_stopping.Token);
        await db.Referrals.Where(r => r.Id == id && r.LeasedBy == me).ExecuteUpdateAsync(set => set.SetProperty(r => r.LeasedBy, (Guid?)null).SetProperty(r => r.LeasedUntil, (DateTimeOffset?)null), _stopping.Token);
    }
}
