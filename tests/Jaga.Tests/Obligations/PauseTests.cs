using Jaga.Obligations;

namespace Jaga.Tests.Obligations;

/// <summary>A clock that stands still climbs no ladder; it is told all the same (<see cref="TellOfPauses"/>).</summary>
public sealed class PauseTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_clock_that_stands_still_is_told_to_the_leads_every_few_days_until_it_runs_again(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Obligations:PausedAgain", "2.00:00:00"));
        var owed = await jaga.Owe();
        await jaga.Act(duties => duties.Pause(owed.Id, "Which of the two?", Owing.Tester, default));
        Assert.Equal(0, await Told());

        jaga.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await Told());
        Assert.Equal(1, await Told());
        jaga.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await Told());

        // Seven days in which nothing ran are told once.
        jaga.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(2, await Told());
        await jaga.Act(duties => duties.Resume(owed.Id, Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(2, await Told());
        Assert.Equal(owed.DueAt.AddDays(10), (await jaga.Story(owed.Id)).Obligation.DueAt);

        async Task<int> Told()
        {
            await jaga.Ask<TellOfPauses, bool>(tell => tell.Run(default));
            return await jaga.Ask<Db, int>(db => db.Notices.CountAsync(n => n.Whom == Whom.Lead && n.Rung == null && n.SaysEn.Contains("Which of the two?")));
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Many_clocks_under_one_clause_are_one_notice_and_a_pause_whose_end_is_set_is_none_until_then(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        for (var i = 0; i < 5; i++)
        {
            var owed = await jaga.Owe(about: new("item", $"i{i}"));
            await jaga.Act(duties => duties.Pause(owed.Id, "Which of the two?", Owing.Tester, default));
        }

        var withheld = await jaga.Owe("eu-dsa.state-reasons");
        await jaga.Act(duties => duties.Pause(withheld.Id, "It would warn them.", Owing.Tester, default, jaga.Clock.Now.AddDays(42)));
        jaga.Clock.Advance(TimeSpan.FromDays(4));
        await jaga.Ask<TellOfPauses, bool>(tell => tell.Run(default));
        await jaga.Ask<TellOfPauses, bool>(tell => tell.Run(default));
        await jaga.Do(async db => Assert.StartsWith("5 clocks stand still", (await db.Notices.SingleAsync()).SaysEn, StringComparison.Ordinal));
        jaga.Clock.Advance(TimeSpan.FromDays(39));
        await jaga.Ask<TellOfPauses, bool>(tell => tell.Run(default));
        await jaga.Do(async db => Assert.Equal(1, await db.Notices.CountAsync(n => n.SaysEn.Contains("It would warn them."))));
    }
}
