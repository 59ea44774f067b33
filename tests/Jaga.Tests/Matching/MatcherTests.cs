using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Matching;

public sealed class MatcherTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_imported_added_set_aside_edited_or_removed_is_followed(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        Assert.True(matcher.Ready);
        Assert.Empty(Find(matcher, 1));

        var bank = await jaga.Bank("bridges", new() { Labels = ["other"] });
        await jaga.Import(bank, BankScene.Csv(10) + $"{BankScene.Md5(3)},md5,\n");
        await matcher.CatchUp(default);
        var match = Assert.Single(Find(matcher, 3));
        Assert.Equal(("bridges", bank.Id, "list.csv", 0, SignalType.Pdq), (match.BankName, match.Bank, match.Source, match.Distance, match.Type));
        Assert.Single(matcher.Find(new() { Digests = [Digest.Parse(DigestAlgorithm.Md5, BankScene.Md5(3))] }));

        await jaga.Ask<AddSignals, AddSignals.Answer>(add => add.Run(bank.Id, new("by hand", [new(BankScene.Pdq(77), "pdq")]), BankScene.Operator, default));
        await matcher.CatchUp(default);
        Assert.Equal("by hand", Assert.Single(Find(matcher, 77)).Source);

        await Remove(jaga, bank, match.Signal);
        await Remove(jaga, bank, (await jaga.Signals(bank)).Single(s => s.Algorithm is SignalType.Md5).Id);
        await matcher.CatchUp(default);
        Assert.Empty(Find(matcher, 3));
        Assert.Single(Find(matcher, 4));
        Assert.Equal((10, 0, 1), matcher.Counts);

        await jaga.Ask<EditBank, BankAnswer>(edit => edit.Run(bank.Id, new(new() { Enabled = false }, "enough"), BankScene.Operator, default));
        await matcher.CatchUp(default);
        Assert.Empty(Find(matcher, 4));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task This_nodes_own_changes_are_followed_without_being_asked(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Matching:Poll", "00:01:00"));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        var bank = await jaga.Bank();
        await jaga.Import(bank, BankScene.Csv(3));
        await Poll.Until(() => Task.FromResult(Find(matcher, 2).Count == 1), "the matcher follows its own node's import");
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Another_node_and_the_next_start_know_the_same(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var other = ActivatorUtilities.CreateInstance<Matcher>(jaga.Services);
        Assert.False(other.Ready);
        Assert.Null(other.Lag);
        Assert.Throws<NotReady>(() => Find(other, 1));
        await other.CatchUp(default);
        Assert.Empty(Find(other, 1));

        var bank = await jaga.Bank();
        await jaga.Import(bank, BankScene.Csv(50));
        await Remove(jaga, bank, (await jaga.Signals(bank)).Single(s => s.Hash == BankScene.Pdq(7)).Id);
        var decided = await jaga.Ask<Db, int>(async _ =>
        {
            await using var scope = jaga.Services.CreateAsyncScope();
            await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            var added = await scope.ServiceProvider.GetRequiredService<SetAside>().Add("other", [new(SignalType.Pdq, Convert.FromHexString(BankScene.Pdq(90)))], new("case", "c"), BankScene.Operator, default);
            return await transaction.Commit(added, default);
        });
        Assert.Equal(1, decided);

        await other.CatchUp(default);
        using var restarted = ActivatorUtilities.CreateInstance<Matcher>(jaga.Services);
        await restarted.CatchUp(default);
        foreach (var i in Enumerable.Range(0, 51).Append(90))
        {
            var expected = i is 7 or 50 ? 0 : 1;
            Assert.Equal(expected, Find(other, i).Count);
            Assert.Equal(Find(other, i).Select(Told), Find(restarted, i).Select(Told));
        }

        Assert.Equal((other.Seq, other.Counts), (restarted.Seq, restarted.Counts));
        Assert.NotNull(other.Lag);

        static (long, string, string, string) Told(Match m) => (m.Signal, m.BankName, m.Source, m.Entry);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_file_counts_from_one_moment_on_and_one_that_fails_never(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        var bank = await jaga.Bank();
        await Assert.ThrowsAsync<InvalidDataException>(() => jaga.Ask<ImportSignals, Jaga.Banks.Files.ImportReport>(import => import.Run(
            bank.Id, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(BankScene.Csv(12_000))), "list.csv", null, false, BankScene.Operator, default, new Interrupted())));
        await matcher.CatchUp(default);
        Assert.Equal((0, 0, 1), matcher.Counts);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Hashes_are_looked_up_over_http_with_provenance_by_those_who_may(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank("bridges", new() { Labels = ["other"] });
        await jaga.Import(bank, $"hash,algorithm,entry,member\n{BankScene.Pdq(1)},pdq,E-1,house\n");
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        using var platform = await jaga.Key(Permission.CheckItems);

        using var answer = await platform.PostAsJsonAsync("/api/v1/match", new { hashes = new object[] { new { pdq = BankScene.Pdq(1), quality = 90 }, new { md5 = BankScene.Md5(1) } } });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var found = (await answer.Content.ReadFromJsonAsync<FindMatches.Answer>(Json.Options))!;
        var row = Assert.Single(found.Results[0].Matches!);
        Assert.Equal(("bridges", SignalType.Pdq, 0, Dihedral.Original, "E-1", "house", "list.csv"), (row.Bank, row.Algorithm, row.Distance, row.Variant, row.Entry, row.Member, row.Source));
        Assert.Empty(found.Results[1].Matches!);

        using var mixed = await platform.PostAsJsonAsync("/api/v1/match", new { hashes = new object?[] { new { pdq = "xyz" }, new { }, new { md5 = "12" }, null, new { pdq = BankScene.Pdq(1) } } });
        var results = (await mixed.Content.ReadFromJsonAsync<FindMatches.Answer>(Json.Options))!.Results;
        Assert.Equal(["pdq", "hashes", "md5", "hashes"], results.Take(4).Select(r => Assert.Single(r.Errors!).Key));
        Assert.Single(results[4].Matches!);
        using var none = await platform.PostAsJsonAsync("/api/v1/match", new { hashes = Array.Empty<object>() });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.StatusCode);

        using var reader = await jaga.Key(Permission.ReadBanks);
        using var refused = await reader.PostAsJsonAsync("/api/v1/match", new { hashes = new object[] { new { pdq = BankScene.Pdq(1) } } });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var status = (await reader.GetFromJsonAsync<ReadMatchStatus.Status>("/api/v1/match/status", Json.Options))!;
        Assert.Equal((true, 1, 0, 1), (status.Ready, status.Pdq, status.Digests, status.Banks));
    }

    private static IReadOnlyList<Match> Find(Matcher matcher, int number) => matcher.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(number)), 100) });

    private static Task Remove(JagaHost jaga, BankAnswer bank, long signal) => jaga.Ask<RemoveSignal, bool>(async remove =>
    {
        await remove.Run(bank.Id, signal, new("a test"), BankScene.Operator, default);
        return true;
    });

    private sealed class Interrupted : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            if (value.Writing)
            {
                throw new InvalidDataException("interrupted");
            }
        }
    }
}
