using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Matching;

/// <summary>A start from the snapshot: as if everything had been read, and without reading it.</summary>
public sealed class SnapshotTests
{
    private const string Others = "hash,algorithm,entry\nSitus slot88 gacor,text,T-2\nhttps://example.com/a,url,U-1\nnetclean:00ff,external,N-1\n";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_start_takes_the_snapshot_and_then_what_changed_since(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var bank = await jaga.Bank("list", new() { Labels = ["other"] });
        await jaga.Import(bank, BankScene.Csv(300));
        await jaga.Import(bank, Others);
        await jaga.Import(bank, $$"""{"algorithm":"vpdq","hash":["{{BankScene.Pdq(900)}},90,0.000"],"entry":"V-1"}""");
        await jaga.Import(bank, $$"""{"algorithm":"photodna","hash":"{{new string('1', 288)}}","entry":"P-1"}""");
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        await matcher.SaveSnapshot(default);
        var saved = matcher.Seq;

        // Gone from the table without a change: only the snapshot can still know them.
        var gone = new List<string>();
        await jaga.Do(async db =>
        {
            gone = [.. (await db.Signals.Where(s => s.Id <= 100).Select(s => s.Value).ToListAsync()).Select(Convert.ToHexStringLower)];
            await db.Signals.Where(s => s.Id <= 100).ExecuteDeleteAsync();
        });
        Assert.Equal(100, gone.Count);
        await jaga.Import(bank, BankScene.Csv(10, first: 500));
        await jaga.Ask<EditBank, BankAnswer>(edit => edit.Run(bank.Id, new(new() { MaxDistance = 50 }, "to see"), BankScene.Operator, default));
        var third = (await jaga.Signals(bank)).First(s => s.Algorithm is SignalType.Pdq);
        await jaga.Ask<RemoveSignal, bool>(async remove =>
        {
            await remove.Run(bank.Id, third.Id, new("seen"), BankScene.Operator, default);
            return true;
        });

        using var restarted = ActivatorUtilities.CreateInstance<Matcher>(jaga.Services);
        await restarted.CatchUp(default);

        Assert.True(restarted.Seq > saved);
        foreach (var i in Enumerable.Range(0, 300).Concat(Enumerable.Range(500, 10)))
        {
            var hash = PdqHash.Parse(BankScene.Pdq(i));
            Assert.Equal(hash.ToString() == third.Hash ? 0 : 1, restarted.Find(new() { Pdq = new(hash, 100) }).Count);
            var far = hash.ToArray();
            (far[0], far[1], far[2], far[3], far[4], far[5]) = ((byte)~far[0], (byte)~far[1], (byte)~far[2], (byte)~far[3], (byte)~far[4], (byte)~far[5]);
            Assert.True(hash.ToString() == third.Hash || gone.Contains(hash.ToString()) || restarted.Find(new() { Pdq = new(PdqHash.FromBytes(far), 100) }).Count == 1);
        }

        foreach (var (query, entry) in new (MatchQuery, string)[]
        {
            (new MatchQuery().With("situs SLOT88 g4cor"), "T-2"), (new MatchQuery().With("lihat example.com/a"), "U-1"), (new() { Others = [new("netclean", new byte[] { 0, 255 })] }, "N-1"),
            (new() { Film = new([new(0, new(PdqHash.Parse(BankScene.Pdq(900)), 90), 0)]) }, "V-1"), (new() { Vectors = [Convert.FromHexString(new string('1', 288))] }, "P-1"),
        })
        {
            var match = Assert.Single(restarted.Find(query));
            Assert.Equal((entry, "list.csv"), (match.Entry, match.Source));
            Assert.Equal(["other"], match.Labels);
        }
    }

    [Theory]
    [InlineData("signals", 5_000, "altered")]
    [InlineData("signals", -1, "ends early")]
    [InlineData("pdq.near", 5_000, "")]
    [InlineData("pdq.near", -1, "")]
    public async Task A_snapshot_that_cannot_be_believed_is_passed_over_and_everything_is_read(string name, int at, string reason)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Import(await jaga.Bank(), BankScene.Csv(300));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        await matcher.SaveSnapshot(default);
        var data = jaga.Services.GetRequiredService<StorageSettings>().Data;
        var file = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(data, "matching"))), name);
        var bytes = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        if (at >= 0)
        {
            bytes[at] ^= 1;
        }

        await File.WriteAllBytesAsync(file, at < 0 ? bytes[..(bytes.Length / 2)] : bytes);

        using var restarted = ActivatorUtilities.CreateInstance<Matcher>(jaga.Services);
        await restarted.CatchUp(default);
        Assert.Equal((300, 0, 1), restarted.Counts);
        var error = Assert.Throws<InvalidDataException>(() => Known.Open(Path.GetDirectoryName(file)!, out _, out _, out _));
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public async Task What_was_removed_before_a_snapshot_counts_towards_a_new_start_after_it()
    {
        const int all = 103_000, left = 2_000;
        var bank = Jaga.Banks.Bank.Create(1, BankOrigin.Own, new() { Name = "large" }, DateTimeOffset.UnixEpoch);
        var signals = Enumerable.Range(0, all).Select(i => new FedSignal(i, 1, 1, SignalType.Md5, Convert.FromHexString($"{i + 1:x8}000000000000000000000000"), null, "", "", "")).ToList();
        var known = new Known();
        known.Change([bank]);
        known.Fill([new(1, 1, 0, all, "list.csv")], to => signals.ForEach(to));
        foreach (var gone in signals.Skip(left))
        {
            known.Remove(new Signal { Id = gone.Id, Type = gone.Type, Value = gone.Value });
        }

        var folder = Directory.CreateTempSubdirectory("jaga-snapshot-").FullName;
        await known.Save(folder, 1, "", default);
        var opened = Known.Open(folder, out _, out _, out _);

        Assert.Equal((left, true), (opened.DigestCount, opened.IsMostlyRemoved));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_snapshot_that_could_not_be_written_is_written_when_it_can_be()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Import(await jaga.Bank(), BankScene.Csv(30));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        var place = Path.Combine(jaga.Services.GetRequiredService<StorageSettings>().Data, "matching");
        await File.WriteAllTextAsync(place, "in the way");
        await Assert.ThrowsAnyAsync<IOException>(() => matcher.SaveSnapshot(default));
        File.Delete(place);

        await matcher.SaveSnapshot(default);

        Assert.Single(Directory.GetDirectories(place));
    }

    [Fact]
    public async Task A_snapshot_of_another_time_of_the_database_is_passed_over()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var bank = await jaga.Bank();
        await jaga.Import(bank, BankScene.Csv(300));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        await matcher.SaveSnapshot(default);

        // As after a restore from an older copy, and another import since.
        await jaga.Do(async db =>
        {
            await db.Signals.Where(s => s.Id > 200).ExecuteDeleteAsync();
            await db.SignalBatches.ExecuteUpdateAsync(set => set.SetProperty(b => b.Added, 200));
        });

        using var restarted = ActivatorUtilities.CreateInstance<Matcher>(jaga.Services);
        await restarted.CatchUp(default);
        Assert.Equal((200, 0, 1), restarted.Counts);
    }
}
