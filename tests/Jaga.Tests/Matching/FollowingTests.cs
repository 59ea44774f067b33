using System.Text;
using Jaga.Banks;
using Jaga.Banks.Files;
using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Matching;

public sealed class FollowingTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_follower_misses_nothing_while_many_write_at_once(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var follower = ActivatorUtilities.CreateInstance<Matcher>(jaga.Services);
        await follower.CatchUp(default);
        var banks = new List<BankAnswer>();
        for (var i = 0; i < 3; i++)
        {
            banks.Add(await jaga.Bank($"bank {i}"));
        }

        using var done = new CancellationTokenSource();
        var following = Task.Run(async () =>
        {
            var seen = 0L;
            while (!done.IsCancellationRequested)
            {
                await follower.CatchUp(default);
                Assert.True(follower.Seq >= seen);
                seen = follower.Seq;
            }
        });
        await Task.WhenAll(
            Writing(banks[0], 0), Writing(banks[1], 1000), Deciding(2000), Deciding(3000),
            jaga.Ask<ImportSignals, ImportReport>(import => import.Run(banks[2].Id, new MemoryStream(Encoding.UTF8.GetBytes(BankScene.Csv(6000, 10_000))), "list.csv", null, false, BankScene.Operator, default)));
        await done.CancelAsync();
        await following;
        await follower.CatchUp(default);

        int[] added = [.. Enumerable.Range(0, 20), .. Enumerable.Range(1000, 20), .. Enumerable.Range(2000, 20), .. Enumerable.Range(3000, 20), .. Enumerable.Range(10_000, 6000)];
        int[] removed = [.. Enumerable.Range(0, 20).Where(i => i % 4 == 0), .. Enumerable.Range(1000, 20).Where(i => i % 4 == 0)];
        Assert.Equal(added.Length - removed.Length, follower.Counts.Pdq);
        Assert.All(removed, i => Assert.Empty(Find(follower, i)));
        Assert.All(added.Except(removed), i => Assert.Single(Find(follower, i)));

        async Task Writing(BankAnswer bank, int first)
        {
            for (var i = first; i < first + 20; i++)
            {
                await jaga.Ask<AddSignals, AddSignals.Answer>(add => add.Run(bank.Id, new("api", [new(BankScene.Pdq(i), "pdq")]), BankScene.Operator, default));
                if (i % 4 == 0)
                {
                    var signal = (await jaga.Ask<ReadSignals, IReadOnlyList<ReadSignals.Row>>(read => read.Find(bank.Id, BankScene.Pdq(i), default))).Single();
                    await jaga.Ask<RemoveSignal, bool>(async remove =>
                    {
                        await remove.Run(bank.Id, signal.Id, new("a test"), BankScene.Operator, default);
                        return true;
                    });
                }
            }
        }

        async Task Deciding(int first)
        {
            for (var i = first; i < first + 20; i++)
            {
                await using var scope = jaga.Services.CreateAsyncScope();
                await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
                await scope.ServiceProvider.GetRequiredService<SetAside>().Add(
                    "other", [new(SignalType.Pdq, Convert.FromHexString(BankScene.Pdq(i)))], new("case", $"{i}"), BankScene.Operator, default);
                await transaction.Commit(default);
            }
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_batch_that_broke_off_while_it_came_in_is_read_whole_when_it_can_be(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var follower = ActivatorUtilities.CreateInstance<Matcher>(jaga.Services);
        var bank = await jaga.Bank();
        await jaga.Import(bank, BankScene.Csv(2, 500));
        await follower.CatchUp(default);
        await jaga.Import(bank, $$"""
            {"algorithm":"pdq","hash":"{{BankScene.Pdq(1)}}"}
            {"algorithm":"vpdq","hash":["{{BankScene.Pdq(900)}},90,0.000"],"entry":"V-1"}
            """);
        var whole = Array.Empty<byte>();
        await jaga.Do(async db =>
        {
            whole = await db.Set<SignalContent>().Select(c => c.Content).SingleAsync();
            await db.Set<SignalContent>().ExecuteUpdateAsync(set => set.SetProperty(c => c.Content, "no film"u8.ToArray()));
        });

        await Assert.ThrowsAnyAsync<Exception>(() => follower.CatchUp(default));
        Assert.Empty(Find(follower, 1));
        Assert.Single(Find(follower, 500));
        await jaga.Do(db => db.Set<SignalContent>().ExecuteUpdateAsync(set => set.SetProperty(c => c.Content, whole)));
        await follower.CatchUp(default);

        Assert.Single(Find(follower, 1));
        Assert.Equal((3, 4), (follower.Counts.Pdq, follower.Places));
        Assert.Single(follower.Find(new() { Film = new([new(0, new(PdqHash.Parse(BankScene.Pdq(900)), 90), 0)]) }));
    }

    private static IReadOnlyList<Match> Find(Matcher matcher, int number) => matcher.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(number)), 100) });

    [Fact]
    public async Task When_most_of_very_many_were_removed_the_memory_is_filled_anew()
    {
        const int all = 104_000, left = 3_000;
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var bank = await jaga.Bank("large");
        await jaga.Import(bank, "hash,algorithm\n" + string.Concat(Enumerable.Range(0, all).Select(i => $"{i + 1:x8}000000000000000000000000,md5\n")));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        Assert.Equal((all, all), (matcher.Counts.Digests, matcher.Places));

        // As an exchange that takes its list back does it, page by page, and here at once.
        await jaga.Do(async db =>
        {
            var seq = matcher.Seq + 1;
            await db.Signals.Where(s => s.Id > left).ExecuteUpdateAsync(set => set.SetProperty(s => s.RemovedAt, DateTimeOffset.UnixEpoch).SetProperty(s => s.RemovedSeq, seq));
            await db.Database.ExecuteSqlAsync($"UPDATE bank_counters SET value = {seq} WHERE name = 'change'");
        });
        await matcher.CatchUp(default);
        Assert.Equal(left, matcher.Counts.Digests);
        await matcher.CatchUp(default);
        Assert.Equal((left, left), (matcher.Counts.Digests, matcher.Places));
        Assert.Single(matcher.Find(new() { Digests = [Digest.Parse(DigestAlgorithm.Md5, "00000007000000000000000000000000")] }));
        Assert.Empty(matcher.Find(new() { Digests = [Digest.Parse(DigestAlgorithm.Md5, $"{left + 7:x8}000000000000000000000000")] }));
    }
}
