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

        var asked = await jaga.Ask<AskExport, ExportRelease>(ask => ask.Run(exhibit.Id, new("for the police"), EvidenceSteps.Somebody, default));
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, EvidenceSteps.Somebody));
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<AllowExport, ExportRelease>(allow => allow.Run(asked.Id, EvidenceSteps.Somebody, default)));
        await jaga.Ask<AllowExport, ExportRelease>(allow => allow.Run(asked.Id, Other, default));

        // The word is given to who asked, for one export.
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, Other));
        Assert.Null((await Export(jaga, exhibit, EvidenceSteps.Somebody)).Fault);
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, EvidenceSteps.Somebody));
        Assert.Equal(["exhibit.sealed", "exhibit.export-asked", "exhibit.export-allowed", "exhibit.exported"], await jaga.Custody(exhibit.Subject));

        // And it serves for a day.
        var late = await jaga.Ask<AskExport, ExportRelease>(ask => ask.Run(exhibit.Id, new("again"), EvidenceSteps.Somebody, default));
        await jaga.Ask<AllowExport, ExportRelease>(allow => allow.Run(late.Id, Other, default));
        jaga.Clock.Advance(ExportRelease.Serves + TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<RuleBroken>(() => Export(jaga, exhibit, EvidenceSteps.Somebody));
        var page = await (await jaga.As(Role.Lead)).GetStringAsync($"/evidence/{exhibit.Id}");
        Assert.Contains($"/evidence/{exhibit.Id}/exports", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_two_take_at_once_serves_one_export_and_is_given_once()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres, settings: ("Evidence:TwoPersons", "true"));
        var exhibit = await jaga.Seal(TimeSpan.FromDays(300), (await jaga.Keep([1])).Id);
        var asked = await jaga.Ask<AskExport, ExportRelease>(ask => ask.Run(exhibit.Id, new("for the police"), EvidenceSteps.Somebody, default));

        // Both have looked and neither has committed: whoever holds the log's head makes them wait there, or at the row itself.
        Assert.Equal(1, await Both(() => jaga.Ask<AllowExport, ExportRelease>(allow => allow.Run(asked.Id, Other, default))));
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

    private static Task<BagReport> Export(JagaHost jaga, Exhibit exhibit, Actor actor) => jaga.Ask<ExportBag, BagReport>(async export =>
    {
        var folder = Path.Combine(jaga.Data, $"bag-{Path.GetRandomFileName()}");
        await export.Run(exhibit.Id, actor, "asked", _ => new FolderBag(folder), default);
        return await VerifyBag.Run(folder, [jaga.LogKey()], default);
    });
}
