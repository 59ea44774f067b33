using Jaga.Obligations;
using Microsoft.AspNetCore.Builder;

namespace Jaga.Tests.Obligations;

public sealed class LadderTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Each_rung_is_told_once_and_in_order(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe();
        var told = new List<int>();
        for (var hour = 0; hour <= 26; hour++)
        {
            await jaga.Walk();
            await jaga.Walk();
            told.Add((await jaga.Story(owed.Id)).Rungs.Count);
            jaga.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal([.. Enumerable.Repeat(0, 12), .. Enumerable.Repeat(1, 6), .. Enumerable.Repeat(2, 4), .. Enumerable.Repeat(3, 2), .. Enumerable.Repeat(4, 3)], told);
        var story = await jaga.Story(owed.Id);
        Assert.Equal([(50, Whom.Owner), (75, Whom.Lead), (90, Whom.Head), (100, Whom.Everyone)], story.Rungs.Select(r => (r.Percent, r.Whom)));
        Assert.Equal(ObligationState.Broken, story.Obligation.State);
        await jaga.Do(async db =>
        {
            Assert.Equal([Whom.Owner, Whom.Lead, Whom.Head, Whom.Everyone], (await db.Notices.ToListAsync()).OrderBy(n => n.At).Select(n => n.Whom));
            Assert.Equal(4, await db.Notices.Select(n => n.Rung).Distinct().CountAsync());
            Assert.Equal(["obligation.opened", "obligation.warned", "obligation.warned", "obligation.warned", "obligation.broken"], await db.AuditLines.OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync());
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task After_a_week_of_downtime_every_missed_rung_is_told_with_how_late_it_was(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromDays(7));
        await jaga.Walk();

        var story = await jaga.Story(owed.Id);
        Assert.Equal([50, 75, 90, 100], story.Rungs.Select(r => r.Percent));
        Assert.Equal([156.0, 150.0, 146.4, 144.0], story.Rungs.Select(r => TimeSpan.FromSeconds(r.LateSeconds).TotalHours));
        Assert.All(story.Rungs, r => Assert.True(r.Told));
        Assert.Equal(ObligationState.Broken, story.Obligation.State);
        Assert.Equal((1, 1), ((await jaga.Duties()).Owed, (await jaga.Duties()).Overdue));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Walkers_at_the_same_time_fire_no_rung_twice(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Act(duties =>
        {
            for (var i = 0; i < 250; i++)
            {
                duties.Open(Owing.Day, new("item", $"i{i}"), "the platform", Owing.Tester);
            }

            return Task.FromResult(0);
        });
        jaga.Clock.Advance(TimeSpan.FromHours(20));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => jaga.Walk()));
        await jaga.Walk();
        await jaga.Do(async db =>
        {
            Assert.Equal(500, await db.Rungs.CountAsync());
            Assert.Equal(500, await db.Notices.CountAsync());
            Assert.Equal(500, await db.Rungs.Select(r => new { r.Obligation, r.Number }).Distinct().CountAsync());
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Kept_in_time_it_is_kept_and_nobody_is_told_any_more(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(13));
        await jaga.Walk();
        Assert.Equal(1, await jaga.Keep(by: new("delivery", "x")));
        jaga.Clock.Advance(TimeSpan.FromDays(3));
        await jaga.Walk();

        var story = await jaga.Story(owed.Id);
        Assert.Equal((ObligationState.Kept, "delivery/x"), (story.Obligation.State, story.Obligation.KeptBy));
        Assert.Equal([50], story.Rungs.Select(r => r.Percent));
        Assert.Equal(0, (await jaga.Duties()).Owed);
        Assert.Equal(0, await jaga.Keep());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Kept_after_its_time_it_is_kept_late_and_the_rungs_nobody_heard_of_are_on_record(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(13));
        await jaga.Walk();
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await jaga.Keep();
        await jaga.Walk();

        var story = await jaga.Story(owed.Id);
        Assert.Equal(ObligationState.KeptLate, story.Obligation.State);
        Assert.Equal([(50, true), (75, false), (90, false), (100, false)], story.Rungs.Select(r => (r.Percent, r.Told)));
    }

    [Fact]
    public async Task Kept_at_its_very_moment_it_is_in_time()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var owed = await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(24));
        await jaga.Keep();
        Assert.Equal(ObligationState.Kept, (await jaga.Story(owed.Id)).Obligation.State);
    }

    [Fact]
    public async Task A_word_is_no_proof()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Owe();
        var broken = await Assert.ThrowsAsync<RuleBroken>(() => jaga.Keep(by: new("comment", "we did it")));
        Assert.Contains("confirmed delivery", broken.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await jaga.Duties()).Owed);
    }

    [Fact]
    public async Task An_unkept_duty_can_be_cancelled_only_with_a_reason_and_never_twice()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var owed = await jaga.Owe();
        await Assert.ThrowsAsync<BadInput>(() => jaga.Act(d => d.Cancel(owed.Id, " ", Owing.Tester, default)));
        await jaga.Act(d => d.Cancel(owed.Id, "Opened for the wrong item.", Owing.Tester, default));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Act(d => d.Cancel(owed.Id, "Again.", Owing.Tester, default)));
        jaga.Clock.Advance(TimeSpan.FromDays(3));
        await jaga.Walk();
        var story = await jaga.Story(owed.Id);
        Assert.Equal((ObligationState.Cancelled, "Opened for the wrong item."), (story.Obligation.State, story.Obligation.CancelledBecause));
        Assert.Empty(story.Rungs);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_pause_moves_everything_ahead_by_its_own_length_and_stays_on_record(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(13));
        await jaga.Walk();
        await jaga.Act(d => d.Pause(owed.Id, "The authority was asked which page it means.", Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromDays(10));
        await jaga.Walk();
        Assert.Equal((1, 0, 1), ((await jaga.Duties()).Owed, (await jaga.Duties()).Overdue, (await jaga.Duties()).Paused));
        await jaga.Do(async db => Assert.Equal(0, await db.Obligations.Overdue(jaga.Clock.Now).CountAsync()));
        Assert.Single((await jaga.Story(owed.Id)).Rungs);

        await jaga.Act(d => d.Resume(owed.Id, Owing.Tester, default));
        var story = await jaga.Story(owed.Id);
        Assert.Equal(owed.DueAt + TimeSpan.FromDays(10), story.Obligation.DueAt);
        Assert.Equal("The authority was asked which page it means.", Assert.Single(story.Pauses).Ground);

        jaga.Clock.Advance(TimeSpan.FromHours(5));
        await jaga.Walk();
        Assert.Equal(jaga.Clock.Now, (await jaga.Story(owed.Id)).Rungs[1].FiredAt);
        jaga.Clock.Advance(TimeSpan.FromHours(6));
        await jaga.Keep();
        Assert.Equal(ObligationState.Kept, (await jaga.Story(owed.Id)).Obligation.State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Kept_while_its_clock_stands_still_it_is_in_time_and_the_pause_is_over(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var owed = await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await jaga.Act(d => d.Pause(owed.Id, "The authority was asked which page it means.", Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromDays(10));
        await jaga.Keep();
        var story = await jaga.Story(owed.Id);
        Assert.Equal((ObligationState.Kept, owed.DueAt + TimeSpan.FromDays(10)), (story.Obligation.State, story.Obligation.DueAt));
        Assert.Equal(jaga.Clock.Now, Assert.Single(story.Pauses).EndsAt);
        Assert.Equal((0, 0), ((await jaga.Duties()).Owed, (await jaga.Duties()).Paused));
    }

    [Fact]
    public async Task A_clock_that_has_run_out_cannot_be_paused()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var owed = await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(24));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Act(d => d.Pause(owed.Id, "Too late.", Owing.Tester, default)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_holding_time_cannot_end_early_is_never_overdue_and_calls_for_a_decision_at_its_end(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var held = await jaga.Owe("us-2258a.preserve");
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Keep("us-2258a.preserve"));
        Assert.Equal(0, await jaga.Act(d => d.KeepAll(Owing.Item, new("decision", "d"), Owing.Tester, default)));
        jaga.Clock.Advance(TimeSpan.FromDays(366));
        await jaga.Walk();
        Assert.Equal((1, 0), ((await jaga.Duties()).Owed, (await jaga.Duties()).Overdue));
        Assert.Equal([100], (await jaga.Story(held.Id)).Rungs.Select(r => r.Percent));
        await jaga.Keep("us-2258a.preserve");
        Assert.Equal(ObligationState.Kept, (await jaga.Story(held.Id)).Obligation.State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_opened_and_done_in_one_transaction_is_kept(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Act(async duties =>
        {
            duties.Open(Owing.Day, Owing.Item, "the platform", Owing.Tester);
            return await duties.Keep(Owing.Item, Owing.Day, new("decision", "d"), Owing.Tester, default);
        });
        Assert.Equal((1, 0), (kept, (await jaga.Duties()).Owed));
    }

    [Fact]
    public async Task An_urgent_order_of_the_ministry_is_told_at_once_and_warned_of_at_the_cadence_of_its_letters()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var owed = await jaga.Owe("id-permenkominfo-5-2020.takedown-urgent");
        await jaga.Walk();
        Assert.Equal([0], (await jaga.Story(owed.Id)).Rungs.Select(r => r.Percent));
        jaga.Clock.Advance(TimeSpan.FromHours(16));
        await jaga.Walk();
        var rungs = (await jaga.Story(owed.Id)).Rungs;
        Assert.Equal([0, 50, 75, 90, 100, 200, 300, 400], rungs.Select(r => r.Percent));
        Assert.Equal([4.0, 8, 12, 16], rungs.Skip(4).Select(r => (r.DueAt - owed.OpenedAt).TotalHours));
    }

    [Fact]
    public async Task The_list_is_by_due_time_page_by_page_and_says_how_sure_each_clause_is()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Owe("us-take-it-down.remove");
        await jaga.Owe("eu-tco.remove");
        await jaga.Owe();
        var seen = new List<ReadObligations.Owed>();
        string? after = null;
        do
        {
            var page = await jaga.Ask<ReadObligations, Page<ReadObligations.Owed>>(read => read.Run(new(), new(after, 1), jaga.Clock.Now, default));
            seen.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(["eu-tco.remove", Owing.Day, "us-take-it-down.remove"], seen.Select(o => o.Clause));
        Assert.Equal([Sureness.C, Sureness.A, Sureness.B], seen.Select(o => o.Sure));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_way_out_that_fails_does_not_stop_the_ladder(Store store)
    {
        await using var jaga = await JagaHost.Start(store, b => b.Services.AddScoped<INotify, Broken>());
        await jaga.Owe();
        jaga.Clock.Advance(TimeSpan.FromHours(24));
        await jaga.Walk();
        await jaga.Do(async db => Assert.Equal(4, await db.Notices.CountAsync()));
    }

    private sealed class Broken : INotify
    {
        public Task Notify(Notice notice, CancellationToken ct) => throw new InvalidDataException("This way is broken.");
    }
}
