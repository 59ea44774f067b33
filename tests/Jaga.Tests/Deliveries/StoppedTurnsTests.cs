using System.Text.Json.Nodes;
using Jaga.Deliveries;

namespace Jaga.Tests.Deliveries;

/// <summary><see cref="StoppedTurns"/>: recurring work that stops is heard of.</summary>
public sealed class StoppedTurnsTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Recurring_work_that_fails_at_every_turn_is_counted_and_told_once_until_it_goes_well(Store store)
    {
        var luck = new Luck();
        await using var jaga = await JagaHost.Start(store, b => b.Services.AddSingleton(luck).AddRecurring<Unlucky>("test.unlucky", TimeSpan.FromSeconds(5)));
        // The first round makes them known, the second runs them.
        await jaga.RunWorker(1);
        await jaga.RunWorker(1);
        Assert.Equal(0, await Stopped(jaga));
        for (var i = 0; i < 3; i++)
        {
            jaga.Clock.Advance(TimeSpan.FromMinutes(6));
            await jaga.RunWorker(2);
            Assert.Equal(1, await Stopped(jaga));
        }

        await jaga.Do(async db => Assert.Contains("no luck", (await db.Notices.SingleAsync(n => n.About.Kind == "turn" && n.About.Id == "test.unlucky")).SaysEn, StringComparison.Ordinal));
        luck.Has = true;
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.RunWorker(2);
        Assert.Equal(0, await Stopped(jaga));
    }

    [Fact]
    public async Task Work_whose_turn_nobody_takes_is_counted()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.RunWorker(2);
        Assert.Equal(0, await Stopped(jaga));
        jaga.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.InRange(await Stopped(jaga), 5, 100);
    }

    private static async Task<int> Stopped(JagaHost jaga)
    {
        using var watcher = await jaga.Key(Permission.ReadMetrics);
        return (int)JsonNode.Parse(await watcher.GetStringAsync("/health/numbers"))!["stoppedTurns"]!;
    }

    private sealed class Luck
    {
        public bool Has { get; set; }
    }

    private sealed class Unlucky(Luck luck) : IRecurring
    {
        public Task<bool> Run(CancellationToken ct) => luck.Has ? Task.FromResult(false) : throw new InvalidDataException("no luck");
    }
}
