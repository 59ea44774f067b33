using Jaga.Items.Fingerprints;
using Jaga.Items.Lookbacks;
using Jaga.Tests.Banks;
using static Jaga.Tests.Items.LookbackScene;

namespace Jaga.Tests.Items;

/// <summary>The real server is killed (kill -9) in the middle of a look-back; the next one goes on where it was.</summary>
public sealed class LookbackKillTests
{
    private const int Blocks = 60;

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Killed_half_way_it_loses_nothing_and_brings_nothing_twice(Store store)
    {
        // This process only writes and looks; the ones that are killed do the searching.
        await using var desk = await JagaHost.Start(store);
        var bank = await desk.Bank();
        for (var block = 0; block < Blocks; block++)
        {
            await desk.Keep($"planted{block}", Altered(Hash(block), block % 32));
            await Strangers(desk, block);
            await desk.Block();
        }

        await desk.Signals(bank, [.. Enumerable.Range(0, Blocks).Select(Hash)]);
        await desk.Begin();
        // Slow enough that it is far from its end, however long we take to look and to kill.
        await using (var victim = await Open(desk, "0.002"))
        {
            await Poll.Until(async () => (await desk.OnTheDesk()).Count >= 3, "it has found something");
            await victim.Kill();
        }

        var before = (await desk.Lookbacks()).Single();
        Assert.Equal(LookbackState.Running, before.State);
        Assert.InRange((await desk.OnTheDesk()).Count, 3, Blocks - 1);

        await using var last = await Open(desk, "1");
        await Poll.Until(async () => (await desk.Lookbacks()).Single().State is LookbackState.Done, "it is searched through");

        Assert.Equal(Enumerable.Range(0, Blocks).Select(b => $"planted{b}").Order(), (await desk.OnTheDesk()).Select(m => m.Subject).Order());
        var row = (await desk.Lookbacks()).Single();
        Assert.Equal((Blocks, row.Total), (row.Found, row.Done));
    }

    // A few hundred checks that nobody knows, without rows of their own.
    private static Task Strangers(JagaHost desk, int block) => desk.Do(async db =>
    {
        var kept = Enumerable.Range(0, 300).Select(i => new KeptHash(Hash(10_000 + (block * 300) + i), 90, HashForm.Alone)).ToList();
        var heads = kept.SelectMany(_ => KeptFingerprints.Of(new() { Id = Id<Jaga.Items.Item>.New(desk.Clock.Now), Pdq = Hash(0).ToArray(), Quality = 90 }, new(), 0).Heads).ToArray();
        await using var transaction = await db.Begin(default);
        await FingerprintTail.Keep(db, new(0, heads, KeptFingerprints.Bytes(kept)), desk.Clock.Now, default);
        await transaction.Commit(default);
    });

    private static Task<ServerProcess> Open(JagaHost desk, string share) => ServerProcess.Start(
        desk.Data, ("Storage:Connection", desk.Services.GetRequiredService<StorageSettings>().Connection), ("Lookback:Share", share), ("Lookback:Lease", "00:00:05"),
        ("Worker:Lease", "00:00:05"), ("Media:Workers", "1"), ("Media:Warm", "false"));
}
