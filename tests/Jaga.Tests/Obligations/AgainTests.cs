using Jaga.Obligations;

namespace Jaga.Tests.Obligations;

public sealed class AgainTests
{
    private const string Letter = "house.send-letter";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_last_rung_repeats_until_it_is_kept_and_one_outage_is_told_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe(Letter);
        jaga.Clock.Advance(TimeSpan.FromDays(14));
        await jaga.Walk();
        for (var day = 1; day <= 5; day++)
        {
            jaga.Clock.Advance(TimeSpan.FromDays(1));
            await jaga.Walk();
        }

        Assert.Equal([50, 75, 90, 100, 107, 114, 121, 128, 135], (await jaga.Story(owed.Id)).Rungs.Select(r => r.Percent));
        jaga.Clock.Advance(TimeSpan.FromDays(10.5));
        await jaga.Walk();
        var story = await jaga.Story(owed.Id);
        Assert.Equal((10, ObligationState.Broken), (story.Rungs.Count, story.Obligation.State));
        Assert.Equal(TimeSpan.FromHours(12), story.Obligation.NextRungAt - jaga.Clock.Now);
        Assert.All(story.Rungs, r => Assert.True(r.Told));

        await jaga.Keep(Letter, by: new("delivery", "d"));
        jaga.Clock.Advance(TimeSpan.FromDays(10));
        await jaga.Walk();
        Assert.Equal((10, ObligationState.KeptLate), ((await jaga.Story(owed.Id)).Rungs.Count, (await jaga.Story(owed.Id)).Obligation.State));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_kept_it_came_back_so_it_is_owed_again_under_its_old_clock(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe(Letter);
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Walk();
        await jaga.Keep(Letter, by: new("delivery", "d"));
        jaga.Clock.Advance(TimeSpan.FromDays(4));
        Assert.True(await jaga.Act(d => d.Reopen(Owing.Item, Letter, "It came back.", Owing.Tester, default)));
        await jaga.Walk();

        var story = await jaga.Story(owed.Id);
        Assert.Equal((ObligationState.Open, owed.DueAt, (string?)null), (story.Obligation.State, story.Obligation.DueAt, story.Obligation.KeptBy));
        Assert.Equal([50, 75], story.Rungs.Select(r => r.Percent));
        await jaga.Keep(Letter, by: new("delivery", "d2"));
        Assert.Equal(ObligationState.Kept, (await jaga.Story(owed.Id)).Obligation.State);

        await jaga.Act(d => d.Reopen(Owing.Item, Letter, "Again.", Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromDays(5));
        await jaga.Walk();
        Assert.Equal(ObligationState.Broken, (await jaga.Story(owed.Id)).Obligation.State);
        Assert.False(await jaga.Act(d => d.Reopen(Owing.Item, Letter, "It was not kept.", Owing.Tester, default)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_comes_back_when_its_ladder_is_spent_is_told_once_more(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        const string takedown = "id-saman.takedown";
        var owed = await jaga.Owe(takedown);
        jaga.Clock.Advance(TimeSpan.FromHours(25));
        await jaga.Walk();
        var before = (await jaga.Story(owed.Id)).Rungs;
        await jaga.Keep(takedown, by: new("delivery", "d"));
        jaga.Clock.Advance(TimeSpan.FromHours(23));
        await jaga.Act(d => d.Reopen(Owing.Item, takedown, "It came back.", Owing.Tester, default));
        await jaga.Walk();
        await jaga.Walk();

        var story = await jaga.Story(owed.Id);
        var rung = Assert.Single(story.Rungs.Skip(before.Count));
        Assert.Equal((200, before[^1].Whom, true, ObligationState.Broken, (DateTimeOffset?)null), (rung.Percent, rung.Whom, rung.Told, story.Obligation.State, story.Obligation.NextRungAt));
    }

    [Fact]
    public async Task A_time_that_was_named_counts_and_never_lengthens_a_law()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var now = jaga.Clock.Now;
        Task<Obligation> Open(string clause, TimeSpan after) => jaga.Act(d => Task.FromResult(d.Open(clause, Owing.Item, "them", Owing.Tester, due: now + after)));
        Assert.Equal(now + TimeSpan.FromDays(90), (await Open(Letter, TimeSpan.FromDays(90))).DueAt);
        Assert.Equal(now + TimeSpan.FromHours(3), (await Open("id-permenkominfo-5-2020.takedown", TimeSpan.FromHours(3))).DueAt);
        await Assert.ThrowsAsync<BadInput>(() => Open("id-permenkominfo-5-2020.takedown", TimeSpan.FromHours(25)));
        await Assert.ThrowsAsync<BadInput>(() => Open("eu-tco.preserve", TimeSpan.FromDays(30)));
        await Assert.ThrowsAsync<BadInput>(() => Open(Letter, TimeSpan.Zero));
    }
}
