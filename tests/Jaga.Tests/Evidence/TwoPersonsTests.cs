using Jaga.Evidence;
using Jaga.People;

namespace Jaga.Tests.Evidence;

public sealed class TwoPersonsTests
{
    private static readonly Actor Other = new(ActorKind.Staff, "2", "Budi");

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Where_the_policy_wants_two_persons_an_export_needs_the_word_of_another_one_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Evidence:TwoPersons", "true"));
        var exhibit = await jaga.Seal(TimeSpan.FromDays(300), (await jaga.Keep([1])).Id);
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, EvidenceSteps.Somebody));

        var asked = await jaga.Ask<AskExport, SecondWord>(ask => ask.Run(exhibit.Id, new("for the police"), EvidenceSteps.Somebody, default));
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, EvidenceSteps.Somebody));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<AllowExport, SecondWord>(allow => allow.Run(asked.Id, EvidenceSteps.Somebody, default)));
        await jaga.Ask<AllowExport, SecondWord>(allow => allow.Run(asked.Id, Other, default));

        // The word is given to who asked, for one export.
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, Other));
        Assert.Null((await Export(jaga, exhibit, EvidenceSteps.Somebody)).Fault);
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, EvidenceSteps.Somebody));
        Assert.Equal(["exhibit.sealed", "exhibit.export-asked", "exhibit.export-allowed", "exhibit.exported"], await jaga.Custody(exhibit.Subject));

        // And it serves for a day.
        var late = await jaga.Ask<AskExport, SecondWord>(ask => ask.Run(exhibit.Id, new("again"), EvidenceSteps.Somebody, default));
        await jaga.Ask<AllowExport, SecondWord>(allow => allow.Run(late.Id, Other, default));
        jaga.Clock.Advance(SecondWord.Serves + TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, EvidenceSteps.Somebody));
        var page = await (await jaga.As(Role.Lead)).GetStringAsync($"/evidence/{exhibit.Id}");
        Assert.Contains($"/evidence/{exhibit.Id}/exports", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_two_take_at_once_serves_one_export_and_is_given_once()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres, settings: ("Evidence:TwoPersons", "true"));
        var exhibit = await jaga.Seal(TimeSpan.FromDays(300), (await jaga.Keep([1])).Id);
        var asked = await jaga.Ask<AskExport, SecondWord>(ask => ask.Run(exhibit.Id, new("for the police"), EvidenceSteps.Somebody, default));

        // Both have looked and neither has committed: whoever holds the log's head makes them wait there, or at the row itself.
        Assert.Equal(1, await Both(() => jaga.Ask<AllowExport, SecondWord>(allow => allow.Run(asked.Id, Other, default))));
        Assert.Equal(1, await Both(() => Export(jaga, exhibit, EvidenceSteps.Somebody)));
        Assert.Equal(["exhibit.sealed", "exhibit.export-asked", "exhibit.export-allowed", "exhibit.exported"], await jaga.Custody(exhibit.Subject));

        async Task<int> Both<T>(Func<Task<T>> act)
        {
            var two = new List<Task<T>>();
            await jaga.Do(async db =>
            {
                await using var head = await db.Database.BeginTransactionAsync();
                await db.Database.ExecuteSqlRawAsync("SELECT 1 FROM audit_head FOR UPDATE");
                two.AddRange([Task.Run(act), Task.Run(act)]);
                await Poll.Until(async () => await jaga.Ask<Db, int>(other => other.Database.SqlQueryRaw<int>("SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").SingleAsync()) == 2, "both wait");
                await head.CommitAsync();
            });
            var done = 0;
            foreach (var one in two)
            {
                try
                {
                    await one;
                    done++;
                }
                catch (RuleBroken)
                {
                    // The other was first.
                }
            }

            return done;
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_hold_stands_until_a_second_person_lifts_it_too_unless_the_policy_wants_one(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Keep([1], TimeSpan.FromDays(1));
        var hold = await jaga.Ask<PlaceHold, LegalHold>(p => p.Run(new(kept.Subject.ToString(), "court 12", "asked"), EvidenceSteps.Somebody, default));
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Null((await Lift(jaga, hold, EvidenceSteps.Somebody)).LiftedAt);
        await Assert.ThrowsAsync<RuleBroken>(() => Lift(jaga, hold, EvidenceSteps.Somebody));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal([1], await jaga.Read(kept.Id));

        // What was asked a day ago and more is nobody's word any longer.
        jaga.Clock.Advance(SecondWord.Serves);
        Assert.Null((await Lift(jaga, hold, Other)).LiftedAt);
        Assert.NotNull((await Lift(jaga, hold, EvidenceSteps.Somebody)).LiftedAt);
        await jaga.Turn<DestroyExpired>();
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Read(kept.Id));
        Assert.Equal(["hold.placed", "hold.lift-asked", "hold.lift-asked", "hold.lift-allowed", "hold.lifted"], await jaga.Custody(hold.Subject));
    }

    [Fact]
    public async Task Where_the_policy_wants_one_person_a_hold_is_lifted_by_one()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: ("Evidence:TwoPersonsToLift", "false"));
        var kept = await jaga.Keep([1], TimeSpan.FromDays(1));
        var hold = await jaga.Ask<PlaceHold, LegalHold>(p => p.Run(new(kept.Subject.ToString(), "court 12", "asked"), EvidenceSteps.Somebody, default));
        Assert.NotNull((await Lift(jaga, hold, EvidenceSteps.Somebody)).LiftedAt);
    }

    private static Task<LegalHold> Lift(JagaHost jaga, LegalHold hold, Actor actor) => jaga.Ask<LiftHold, LegalHold>(lift => lift.Run(hold.Id, new("over"), actor, default));

    private static Task<BagReport> Export(JagaHost jaga, Exhibit exhibit, Actor actor) => jaga.Ask<ExportBag, BagReport>(async export =>
    {
        var folder = Path.Combine(jaga.Data, $"bag-{Path.GetRandomFileName()}");
        await export.Run(exhibit.Id, actor, "asked", _ => new FolderBag(folder), default);
        return await VerifyBag.Run(folder, [jaga.LogKey()], default);
    });
}
