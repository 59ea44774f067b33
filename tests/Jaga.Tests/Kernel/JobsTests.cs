using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;

namespace Jaga.Tests.Kernel;

public sealed class JobsTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Many_workers_run_every_job_once(Store store)
    {
        var ran = new ConcurrentBag<int>();
        await using var jaga = await JagaHost.Start(store, b => WithCounting(b, ran));
        await Ask(jaga, 200);

        var workers = Enumerable.Range(0, 4).Select(_ => ActivatorUtilities.CreateInstance<Worker>(jaga.Services)).ToList();
        await Task.WhenAll(workers.Select(async w =>
        {
            while (await w.RunDue(default) > 0)
            {
            }
        }));

        Assert.Equal(Enumerable.Range(0, 200), ran.Order());
        await jaga.Do(async db => Assert.Empty(await db.Jobs.ToListAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Work_that_was_asked_for_in_a_transaction_that_failed_is_never_done(Store store)
    {
        await using var jaga = await JagaHost.Start(store, b => WithCounting(b, []));
        await jaga.Ask<Jobs, bool>(async jobs =>
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            scope.ServiceProvider.GetRequiredService<Jobs>().Later(new Count(1));
            return true;
        });

        await jaga.Do(async db => Assert.Empty(await db.Jobs.ToListAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_job_that_keeps_failing_waits_longer_then_is_dead_and_visible_and_comes_back_by_hand(Store store)
    {
        var ran = new ConcurrentBag<int>();
        await using var jaga = await JagaHost.Start(store, b => WithCounting(b, ran));
        await Ask(jaga, 1, first: -1);

        for (var i = 0; i < Job.MaxAttempts; i++)
        {
            Assert.True(await jaga.RunWorker(1) > 0);
            jaga.Clock.Advance(Backoff.Ceiling);
        }

        await jaga.RunWorker();
        await jaga.Do(async db =>
        {
            var dead = await db.Jobs.SingleAsync();
            Assert.Equal((JobState.Dead, Job.MaxAttempts), (dead.State, dead.Attempts));
            Assert.Contains("minus one", dead.LastFailure);
            dead.Retry(jaga.Clock.Now);
            await db.SaveChangesAsync();
        });
        var before = ran.Count;
        await jaga.RunWorker(1);
        Assert.Equal(before + 1, ran.Count);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_job_that_takes_longer_than_its_lease_is_held_until_it_is_done(Store store)
    {
        await using var jaga = await JagaHost.Start(store, b => b.Services.AddJob<Patient, Lasting>("test.long"), ("Worker:Lease", "00:00:05"));
        await jaga.Ask<Db, bool>(async _ =>
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Jobs>().Later(new Patient(jaga.Clock.Now));
            await scope.ServiceProvider.GetRequiredService<Db>().SaveChangesAsync();
            return true;
        });

        Assert.True(await jaga.RunWorker(1) > 0);

        await jaga.Do(async db => Assert.Empty(await db.Jobs.ToListAsync()));
    }

    [Fact]
    public async Task A_job_that_ends_its_process_each_time_is_dead_in_the_end()
    {
        var ran = new ConcurrentBag<int>();
        await using var jaga = await JagaHost.Start(Store.Sqlite, b => WithCounting(b, ran));
        await Ask(jaga, 1);
        await jaga.Do(db => db.Jobs.ExecuteUpdateAsync(set => set.SetProperty(j => j.Attempts, Job.MaxAttempts)));
        await jaga.RunWorker(1);

        await jaga.Do(async db => Assert.Equal(JobState.Dead, (await db.Jobs.SingleAsync()).State));
        Assert.Empty(ran);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_job_that_a_stop_interrupts_is_free_at_once_and_that_was_no_try(Store store)
    {
        using var stop = new CancellationTokenSource();
        await using var jaga = await JagaHost.Start(store, b => b.Services.AddSingleton(stop).AddJob<Count, Stopping>("test.count"));
        await Ask(jaga, 1);
        Assert.Equal(1, await jaga.Services.GetRequiredService<Worker>().RunDue(stop.Token));
        await jaga.Do(async db =>
        {
            var job = await db.Jobs.SingleAsync();
            Assert.Equal((JobState.Due, 0, null, null), (job.State, job.Attempts, job.LeasedUntil, job.LastFailure));
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_turn_that_a_stop_interrupts_is_free_at_once(Store store)
    {
        using var stop = new CancellationTokenSource();
        await using var jaga = await JagaHost.Start(store, b => b.Services.AddSingleton(stop).AddRecurring<Stopping>("test.stopping", TimeSpan.FromHours(1)));
        var worker = jaga.Services.GetRequiredService<Worker>();
        await worker.RunDue(default);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.RunDue(stop.Token));
        await jaga.Do(async db =>
        {
            var turn = await db.RecurringTurns.SingleAsync(t => t.Name == "test.stopping");
            Assert.Equal((null, null, null), (turn.LeasedUntil, turn.LastFailure, turn.FailingSince));
            Assert.True(turn.DueAt <= jaga.Clock.Now);
        });
    }

    private sealed class Stopping(CancellationTokenSource stop) : IWork<Count>, IRecurring
    {
        public async Task Run(Count work, CancellationToken ct)
        {
            await stop.CancelAsync();
            ct.ThrowIfCancellationRequested();
        }

        public async Task<bool> Run(CancellationToken ct)
        {
            await stop.CancelAsync();
            ct.ThrowIfCancellationRequested();
            return false;
        }
    }

    public sealed record Patient(DateTimeOffset From);

    // It ends when it sees that its lease, which ends five seconds after the beginning, was made longer; time passes for it alone.
    private sealed class Lasting(Db db, TimeProvider clock) : IWork<Patient>
    {
        public Task Run(Patient work, CancellationToken ct)
        {
            ((FakeClock)clock).Advance(TimeSpan.FromSeconds(4));
            return Poll.Until(() => db.Jobs.AnyAsync(j => j.LeasedUntil > work.From + TimeSpan.FromSeconds(6), ct), "the lease is renewed");
        }
    }

    private static void WithCounting(WebApplicationBuilder builder, ConcurrentBag<int> ran)
    {
        builder.Services.AddSingleton(ran);
        builder.Services.AddJob<Count, Counting>("test.count");
    }

    private static Task Ask(JagaHost jaga, int count, int first = 0) => jaga.Ask<Db, bool>(async _ =>
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        var jobs = scope.ServiceProvider.GetRequiredService<Jobs>();
        for (var i = first; i < first + count; i++)
        {
            jobs.Later(new Count(i));
        }

        await scope.ServiceProvider.GetRequiredService<Db>().SaveChangesAsync();
        return true;
    });

    public sealed record Count(int Number);

    private sealed class Counting(ConcurrentBag<int> ran) : IWork<Count>
    {
        public Task Run(Count work, CancellationToken ct)
        {
            ran.Add(work.Number);
            return work.Number < 0 ? throw new InvalidDataException("minus one") : Task.CompletedTask;
        }
    }
}
