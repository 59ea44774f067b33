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
}
