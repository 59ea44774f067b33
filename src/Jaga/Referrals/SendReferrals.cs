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
    private readonly SemaphoreSlim _calls = new(settings.AtOnce);
    private readonly SemaphoreSlim _files = new(settings.AtOnce);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Begins to send a referral, unless this process is sending it.</summary>
    public Task Begin(Id<Referral> id) => _running.GetOrAdd(id, one => new(() => Task.Run(() => Send(one)))).Value;

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _calls.Dispose();
        _files.Dispose();
    }

    private async Task Send(Id<Referral> id)
    {
        var me = Guid.CreateVersion7();
        try
        {
            using var place = new Place(_calls, _files);
            await place.Take(_stopping.Token);
            if (!await Lease(id, me, free: true))
            {
                return;
            }

            // Ends when it is sent, when Jaga stops, and when the lease is lost: then another sends it.
            using var working = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            var renewing = Renew(id, me, working);
            try
            {
                await Work(id, me, place, working.Token);
            }
            finally
            {
                // However it ended: a lease that is renewed for ever, or kept without need, would let nobody try again.
                await working.CancelAsync();
                await renewing;
                await Give(id, me);
            }
        }
        catch (OperationCanceledException)
        {
            // Jaga is stopping, and the lease ends by itself; or another has it.
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

    // Whatever is thrown is a failure on the row, with a later try and somebody told; never a silent round.
    private async Task Work(Id<Referral> id, Guid me, Place place, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<SendReferral>().Run(id, me, () => place.ForFiles(ct), ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            logger.LogError(failure, "Referral {Referral} could not be worked on", id);
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<SendReferral>().Failed(id, me, failure, ct);
        }
    }

    private async Task Renew(Id<Referral> id, Guid me, CancellationTokenSource working)
    {
        using var timer = new PeriodicTimer(settings.Lease / 3);
        var until = clock.GetUtcNow() + settings.Lease;
        try
        {
            for (var isMine = true; isMine && await timer.WaitForNextTickAsync(working.Token);)
            {
                var now = clock.GetUtcNow();
                try
                {
                    isMine = await Lease(id, me, free: false);
                    until = now + settings.Lease;
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // The next turn may do it; past its end the lease may be another's.
                    logger.LogError(failure, "The lease of referral {Referral} could not be renewed", id);
                    isMine = clock.GetUtcNow() < until;
                }
            }

            await working.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // It is sent, or Jaga is stopping.
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

    /// <summary>A place among the calls, given up for one among the files before the first of them: who sends none never waits for long uploads.</summary>
    private sealed class Place(SemaphoreSlim calls, SemaphoreSlim files) : IDisposable
    {
        private SemaphoreSlim? _held;

        public async Task Take(CancellationToken ct)
        {
            await calls.WaitAsync(ct);
            _held = calls;
        }

        /// <summary>Says whether it had to wait: what was read before may be another by now.</summary>
        public async Task<bool> ForFiles(CancellationToken ct)
        {
            if (_held == files)
            {
                return false;
            }

            Dispose();
            await files.WaitAsync(ct);
            _held = files;
            return true;
        }

        public void Dispose()
        {
            _held?.Release();
            _held = null;
        }
    }
}
