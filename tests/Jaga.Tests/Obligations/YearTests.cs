using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.Tests.Deliveries;

namespace Jaga.Tests.Obligations;

/// <summary>A year of mixed duties on the fake clock: outages of the walker, dead receivers, pauses, late hands. At its end every promise of the heart must hold.</summary>
public sealed class YearTests
{
    private const int Steps = 120;
    private static readonly string[] Clauses = ["house.decide-held", "house.confirm-action", "id-permenkominfo-5-2020.takedown", "id-permenkominfo-5-2020.takedown-urgent", "id-permenkominfo-5-2020.give-data", "eu-tco.remove", "eu-dsa.decide-complaint", "us-take-it-down.remove"];

    [Theory, InlineData(Store.Sqlite, 1), InlineData(Store.Postgres, 2)]
    public async Task After_a_year_everything_is_kept_or_broken_with_its_ladder_walked_and_nothing_is_unsent(Store store, int seed)
    {
        var random = new Random(seed);
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform);
        var owed = new List<Id<Obligation>>();
        var paused = new List<Id<Obligation>>();
        for (var step = 0; step < Steps; step++)
        {
            // The receiver is gone from step 40 to 50: about a month.
            platform.Answer = step is >= 40 and < 50 ? WebhookReceiver.With(503) : WebhookReceiver.Taken;
            owed.Add((await jaga.Owe(Clauses[random.Next(Clauses.Length)], new("item", $"i{step}"))).Id);
            await jaga.Send(1, stream: $"s{step % 3}", first: step);
            await jaga.SendAll();
            if (random.Next(4) > 0)
            {
                await jaga.Walk();
            }

            if (random.Next(2) == 0)
            {
                var one = random.Next(owed.Count);
                await jaga.Act(d => d.KeepAll(new("item", $"i{one}"), new("decision", $"d{step}"), Owing.Tester, default));
            }

            if (random.Next(5) == 0 && (await jaga.Story(owed[^1])).Obligation.State is ObligationState.Open)
            {
                await jaga.Act(d => d.Pause(owed[^1], "A question was asked.", Owing.Tester, default));
                paused.Add(owed[^1]);
            }

            if (paused.Count > 0 && random.Next(2) == 0)
            {
                await Resume(jaga, paused[0]);
                paused.RemoveAt(0);
            }

            jaga.Clock.Advance(TimeSpan.FromMinutes(random.Next(1, 2 * 365 * 24 * 60 / Steps)));
        }

        foreach (var one in paused)
        {
            await Resume(jaga, one);
        }

        jaga.Clock.Advance(TimeSpan.FromDays(120));
        await jaga.Walk();
        await jaga.SendAll();

        Assert.Equal(0, (await jaga.Numbers()).Unsent);
        Assert.Equal(Steps, platform.Effects.Count);
        foreach (var id in owed)
        {
            var story = await jaga.Story(id);
            Assert.Contains(story.Obligation.State, new List<ObligationState> { ObligationState.Kept, ObligationState.KeptLate, ObligationState.Broken });
            Assert.Equal(story.Rungs.Select(r => r.DueAt).Order(), story.Rungs.Select(r => r.DueAt));
            Assert.All(story.Rungs, r => Assert.True(r.LateSeconds >= 0));
            var reached = story.Obligation.ClosedAt ?? jaga.Clock.Now;

            // Every rung whose time came before the end is on record, and none whose time did not.
            var ladder = jaga.Services.GetRequiredService<Regimes>().Find(story.Obligation.Clause).Ladder;
            Assert.Equal(ladder.Take(story.Rungs.Count).Select(s => s.Percent), story.Rungs.Select(r => r.Percent));
            Assert.All(story.Rungs, r => Assert.True(r.DueAt <= reached));
            Assert.Equal(story.Obligation.State is ObligationState.Kept, reached <= story.Obligation.DueAt);
            Assert.Equal(story.Obligation.State is not ObligationState.Kept, story.Rungs.Any(r => r.Percent == 100 && r.DueAt < reached));
            Assert.True(story.Obligation.State is not ObligationState.Broken || story.Rungs.Count == ladder.Count);
        }

        await jaga.Do(async db =>
        {
            Assert.Equal(await db.Rungs.CountAsync(r => r.Told), await db.Notices.CountAsync(n => n.Rung != null));
            Assert.Equal(await db.Rungs.CountAsync(), await db.Rungs.Select(r => new { r.Obligation, r.Number }).Distinct().CountAsync());
            Assert.Equal(1, await db.Obligations.CountAsync(o => o.Clause == CircuitBreaker.Clause));
        });
    }

    // Kept while paused, it is over and has no clock to run again.
    private static async Task Resume(JagaHost jaga, Id<Obligation> id)
    {
        if ((await jaga.Story(id)).Obligation.ClosedAt is null)
        {
            await jaga.Act(d => d.Resume(id, Owing.Tester, default));
        }
    }
}
