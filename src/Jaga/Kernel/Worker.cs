using Microsoft.Extensions.Hosting;

namespace Jaga.Kernel;

/// <summary>How the worker works. <c>Jaga__Worker__…</c></summary>
public sealed record WorkerSettings
{
    /// <summary>Whether this process runs jobs and recurring duties.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Jobs run at once by this process, 1 to 64.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How often an idle worker looks for work.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a worker holds what it took; after a crash the work is free again this much later.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    internal IEnumerable<string> Wrong()
    {
        if (Parallel is < 1 or > 64)
        {
            yield return $"Worker:Parallel is {Parallel}. It takes 1 to 64.";
        }

        if (Poll < TimeSpan.FromMilliseconds(10) || Poll > TimeSpan.FromMinutes(1))
        {
            yield return $"Worker:Poll is {Poll}. It takes 10 ms to 1 min.";
        }

        if (Lease < TimeSpan.FromSeconds(5) || Lease > TimeSpan.FromHours(1))
        {
            yield return $"Worker:Lease is {Lease}. It takes 5 s to 1 h.";
        }
    }
}

/// <summary>
/// Leases jobs and recurring turns and runs them. Any number of these may run on one database: a lease is taken by one conditional update,
/// so that no job is run twice at once, and whatever a dead process held is free again when its lease ends.
/// </summary>
public sealed class Worker(IServiceScopeFactory scopes, TimeProvider clock, WorkerSettings settings, JobKinds kinds, IEnumerable<RecurringKind> recurring, IHostApplicationLifetime life, ILogger<Worker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Enabled)
        {
            return;
        }

        // What is due waits until the house answers: at the start there is much to translate and to read, and every turn would be in the way.
        using var begun = CancellationTokenSource.CreateLinkedTokenSource(life.ApplicationStarted, stoppingToken);
        await Task.WhenAny(Task.Delay(Timeout.Infinite, begun.Token));
        await Task.WhenAll(TurnLoop(stoppingToken), JobLoop(stoppingToken));
    }

    private async Task JobLoop(CancellationToken ct)
    {
        var running = new HashSet<Task>();
        while (!ct.IsCancellationRequested)
        {
            running.RemoveWhere(t => t.IsCompleted);
            var leased = running.Count < settings.Parallel ? await Try(() => Lease(settings.Parallel - running.Count, ct), [], ct) : [];
            foreach (var job in leased)
            {
                running.Add(Task.Run(() => RunOne(job, ct), CancellationToken.None));
            }

            if (leased.Count == 0)
            {
                await Rest(running.Count > 0 ? Task.WhenAny(running) : null, ct);
            }
        }

        await Task.WhenAny(Task.WhenAll(running));
    }

    /// <summary>Runs what is due now and returns how many jobs were taken: how tests drive the house without waiting.</summary>
    public async Task<int> RunDue(CancellationToken ct)
    {
        var taken = 0;
        foreach (var kind in recurring)
        {
            taken += await TakeTurn(kind, ct) ? 1 : 0;
        }

        foreach (var job in await Lease(64, ct))
        {
            await RunOne(job, ct);
            taken++;
        }

        return taken;
    }

    private async Task<List<Job>> Lease(int count, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = clock.GetUtcNow();
        if (!await db.Jobs.AnyAsync(j => j.State == JobState.Due && j.DueAt <= now && (j.LeasedUntil == null || j.LeasedUntil < now), ct))
        {
            return [];
        }

        using var turn = await db.WriteAlone(ct);
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        return await db.Jobs.FromSqlRaw(
            $$"""
            UPDATE jobs SET leased_by = {0}, leased_until = {1}, attempts = attempts + 1
            WHERE id IN (SELECT id FROM jobs WHERE state = 'Due' AND due_at <= {2} AND (leased_until IS NULL OR leased_until < {2}) ORDER BY due_at LIMIT {3} {{db.SkipLocked()}})
            RETURNING *
            """,
            Id<Worker>.New(clock).Value, db.Time(now + settings.Lease), db.Time(now), count).AsNoTracking().ToListAsync(ct);
#pragma warning restore EF1002
    }

    private async Task RunOne(Job job, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            // Only a process that ends in the midst of it leaves a job with more tries than failures.
            var kind = job.Attempts > Job.MaxAttempts ? throw new InvalidOperationException("The process ended each time that it ran.") : kinds.Find(job.Kind) ?? throw new InvalidOperationException($"This version of Jaga knows no job '{job.Kind}'.");
            await Hold((db, until) => db.Jobs.Where(j => j.Id == job.Id && j.LeasedBy == job.LeasedBy).ExecuteUpdateAsync(set => set.SetProperty(j => j.LeasedUntil, until), ct), async () =>
            {
                await kind.Run(scope.ServiceProvider, job.Body, ct);
                return false;
            }, ct);
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            using var turn = await db.WriteAlone(CancellationToken.None);
            await db.Jobs.Where(j => j.Id == job.Id && j.LeasedBy == job.LeasedBy).ExecuteDeleteAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            logger.LogWarning(failure, "Job {Kind} {Id} was not done at attempt {Attempt}", job.Kind, job.Id, job.Attempts);
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            if (await db.Jobs.SingleOrDefaultAsync(j => j.Id == job.Id && j.LeasedBy == job.LeasedBy, CancellationToken.None) is { } row)
            {
                row.PutBack(ct.IsCancellationRequested ? null : $"{failure.GetType().Name}: {failure.Message}", clock.GetUtcNow());
                await db.SaveChangesAsync(CancellationToken.None);
            }
        }
    }

    // One look for all of them: there are dozens, and each seldom.
    private async Task TurnLoop(CancellationToken ct)
    {
        var running = new Dictionary<string, Task>();
        while (!ct.IsCancellationRequested)
        {
            foreach (var kind in await Try(() => Due(ct), [], ct))
            {
                if (!running.TryGetValue(kind.Name, out var before) || before.IsCompleted)
                {
                    running[kind.Name] = Task.Run(() => Turns(kind, ct), CancellationToken.None);
                }
            }

            await Rest(null, ct);
        }

        await Task.WhenAll(running.Values);
    }

    private async Task<IReadOnlyList<RecurringKind>> Due(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = clock.GetUtcNow();
        var resting = await db.RecurringTurns.Where(t => t.DueAt > now || t.LeasedUntil >= now).Select(t => t.Name).ToListAsync(ct);
        return [.. recurring.Where(kind => !resting.Contains(kind.Name))];
    }

    private async Task Turns(RecurringKind kind, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested && await Try(() => TakeTurn(kind, ct), false, ct))
        {
        }
    }

    private async Task<bool> TakeTurn(RecurringKind kind, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var (now, me) = (clock.GetUtcNow(), Id<Worker>.New(clock).Value);
        var until = now + settings.Lease;
        var free = db.RecurringTurns.Where(t => t.Name == kind.Name && t.DueAt <= now && (t.LeasedUntil == null || t.LeasedUntil < now));
        if (await free.Select(t => new { t.FailingSince }).SingleOrDefaultAsync(ct) is not { } before)
        {
            await Introduce(db, kind, now, ct);
            return false;
        }

        using (await db.WriteAlone(ct))
        {
            if (await free.ExecuteUpdateAsync(set => set.SetProperty(t => t.LeasedBy, me).SetProperty(t => t.LeasedUntil, until), ct) == 0)
            {
                return false;
            }
        }

        var (mine, more, failure) = (db.RecurringTurns.Where(t => t.Name == kind.Name && t.LeasedBy == me), false, (string?)null);
        try
        {
            more = await Hold((other, longer) => other.RecurringTurns.Where(t => t.Name == kind.Name && t.LeasedBy == me).ExecuteUpdateAsync(set => set.SetProperty(t => t.LeasedUntil, longer), ct),
                () => ((IRecurring)scope.ServiceProvider.GetRequiredService(kind.Handler)).Run(ct), ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.LogError(e, "Recurring {Name} failed", kind.Name);
            failure = $"{e.GetType().Name}: {e.Message}";
        }
        catch (Exception)
        {
            // Stopping: whoever goes on may take the turn at once.
            using var last = await db.WriteAlone(CancellationToken.None);
            await mine.ExecuteUpdateAsync(set => set.SetProperty(t => t.LeasedUntil, (DateTimeOffset?)null), CancellationToken.None);
            return false;
        }

        var (next, since) = (more && failure is null ? now : clock.GetUtcNow() + kind.Every, failure is null ? (DateTimeOffset?)null : before.FailingSince ?? now);
        using var turn = await db.WriteAlone(CancellationToken.None);
        await mine.ExecuteUpdateAsync(
            set => set.SetProperty(t => t.DueAt, next).SetProperty(t => t.LeasedUntil, (DateTimeOffset?)null).SetProperty(t => t.LastFailure, failure).SetProperty(t => t.FailingSince, since), CancellationToken.None);
        return more && failure is null;
    }

    // What takes longer than its lease is held for as long as it runs.
    private async Task<T> Hold<T>(Func<Db, DateTimeOffset, Task<int>> renew, Func<Task<T>> work, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var holding = Renew();
        try
        {
            return await work();
        }
        finally
        {
            await over.CancelAsync();
            await holding;
        }

        async Task Renew()
        {
            using var timer = new PeriodicTimer(settings.Lease / 3);
            while (await Try(() => timer.WaitForNextTickAsync(over.Token).AsTask(), false, over.Token))
            {
                await Try(async () =>
                {
                    await using var scope = scopes.CreateAsyncScope();
                    var db = scope.ServiceProvider.GetRequiredService<Db>();
                    using var turn = await db.WriteAlone(over.Token);
                    return await renew(db, clock.GetUtcNow() + settings.Lease);
                }, 0, over.Token);
            }
        }
    }

    // Several nodes may introduce it in the same moment.
    private static async Task Introduce(Db db, RecurringKind kind, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.RecurringTurns.AnyAsync(t => t.Name == kind.Name, ct))
        {
            return;
        }

        using var turn = await db.WriteAlone(ct);
        await db.Database.ExecuteSqlRawAsync("INSERT INTO recurring_turns (name, due_at) VALUES ({0}, {1}) ON CONFLICT (name) DO NOTHING", [kind.Name, db.Time(now)], ct);
    }

    private async Task<T> Try<T>(Func<Task<T>> work, T otherwise, CancellationToken ct)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // The database may be away for a while; the worker outlives that.
            logger.LogError(failure, "The worker could not reach its work");
            await Rest(null, ct);
            return otherwise;
        }
        catch (OperationCanceledException)
        {
            return otherwise;
        }
    }

    // Which never throws: at a stop it is over at once.
    private Task<Task> Rest(Task? sooner, CancellationToken ct) => Task.WhenAny(Task.Delay(settings.Poll, ct), sooner ?? Task.Delay(settings.Poll, ct));
}
