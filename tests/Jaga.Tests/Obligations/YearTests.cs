using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.Tests.Deliveries;

namespace Jaga.Tests.Obligations;

/// <summary>At the end of a year in which much went wrong, every promise of the heart must hold.</summary>
public sealed class YearTests(ITestOutputHelper output)
{
    [Theory, InlineData(Store.Sqlite, 1), InlineData(Store.Postgres, 2)]
    public Task After_a_year_everything_is_kept_or_broken_with_its_ladder_walked_and_nothing_is_unsent(Store store, int seed) => Live(store, duties: 240, ticks: 60, seed);

    [Theory, InlineData(Store.Sqlite, 3), InlineData(Store.Postgres, 4)]
    public Task The_same_holds_for_ten_thousand_duties(Store store, int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("JAGA_LONG") == "1", "It takes minutes; JAGA_LONG=1 runs it.");
        return Live(store, duties: 10_000, ticks: 500, seed);
    }

    private async Task Live(Store store, int duties, int ticks, int seed)
    {
        var watch = Stopwatch.StartNew();
        await using var year = await Year.Begin(store, duties, ticks, seed);
        await year.Run();
        var ends = await year.Ends();
        output.WriteLine($"{store}: {ends.Count} obligations, {ends.Sum(e => e.Rungs.Count)} rungs, {year.Sent} messages, {year.Restarts} restarts in {watch.Elapsed.TotalSeconds:0} s.");

        Assert.True(ends.Count >= duties && year.Restarts > 0);
        Assert.All(ends, e => Check(e, year.Jaga.Clock.Now));

        // All states are there, so that the year was one.
        Assert.Equal(Enum.GetValues<ObligationState>().Order(), ends.Select(e => e.Owed.State).Distinct().Order());

        Assert.Equal(0, (await year.Jaga.Numbers()).Unsent);
        var effects = year.Outside.SelectMany(r => r.Effects).ToList();
        Assert.Equal(year.Sent, effects.Count);
        Assert.Equal(year.Sent, effects.Select(e => (int)JsonNode.Parse(e.Body)!["data"]!["n"]!).Distinct().Count());
        Assert.True(year.Outside.Sum(r => r.All.Count) > year.Sent);
        await year.Jaga.Do(async db =>
        {
            Assert.Equal(await db.Rungs.CountAsync(r => r.Told), await db.Notices.CountAsync(n => n.Rung != null));
            Assert.Equal(await db.Notices.CountAsync(n => n.Rung != null), await db.Notices.Where(n => n.Rung != null).Select(n => n.Rung).Distinct().CountAsync());
            Assert.True(await db.Obligations.CountAsync(o => o.Clause == CircuitBreaker.Clause) >= year.Outside.Count, "each died once");
            Assert.Equal(0, await db.Obligations.CountAsync(o => o.Clause == CircuitBreaker.Clause && o.ClosedAt == null));
        });
    }

    private static void Check(Year.End end, DateTimeOffset now)
    {
        var (owed, rungs) = end;
        var ladder = JsonSerializer.Deserialize<List<Step>>(owed.Ladder, Json.Options)!;
        var (reached, pauses) = (owed.ClosedAt ?? now, owed.Pauses.OrderBy(p => p.StartsAt).Select(p => new Standstill(p.StartsAt, p.EndsAt)).ToList());
        DateTimeOffset At(int percent) => Clocks.At(owed.OpenedAt, owed.FirstDueAt, percent, pauses)!.Value;

        // No clock moved but by its pauses, and by exactly their length.
        Assert.Equal(At(100), owed.DueAt);
        Assert.Null(owed.PausedAt);

        // Of the ladder that it was opened with, every rung whose time came is on record, once, in order, at its time, and none whose time did not.
        var due = ladder.Select(s => At(s.Percent)).TakeWhile(at => at <= reached).ToList();
        Assert.Equal(due, rungs.Take(ladder.Count).Select(r => r.DueAt));
        Assert.Equal(ladder.Take(due.Count).Select(s => s.Percent), rungs.Take(ladder.Count).Select(r => r.Percent));
        Assert.True(rungs.Count <= ladder.Count || ladder[^1].AgainHours is not null);
        Assert.Equal(rungs.Count, rungs.Select(r => r.Number).Distinct().Count());
        Assert.All(rungs, r => Assert.True(r.FiredAt >= r.DueAt && r.DueAt <= reached));

        // In time is kept, after it is kept late, never is broken, and broken has heard the whole ladder.
        Assert.Equal(owed.State switch
        {
            ObligationState.Cancelled => (true, true),
            ObligationState.Kept => (owed.Kind is ClauseKind.Hold || reached <= owed.DueAt, owed.KeptBy is not null),
            ObligationState.KeptLate => (reached > owed.DueAt, owed.KeptBy is not null),
            ObligationState.Broken => (owed.ClosedAt is null && rungs.Count >= ladder.Count, owed.Kind is ClauseKind.Deadline),
            _ => (owed.ClosedAt is null && rungs.Count >= ladder.Count, owed.Kind is ClauseKind.Hold),
        }, (true, true));
    }
}
