using Jaga.Evidence;
using Jaga.People;

namespace Jaga.Tests.Evidence;

/// <summary>Files of the vault that cannot be read: neither whole nor lost, and in nobody's way.</summary>
public sealed class UnreadTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_file_that_cannot_be_read_stops_no_other_is_counted_and_told_and_tried_again(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = new List<VaultObject>();
        for (var i = 0; i < 5; i++)
        {
            kept.Add(await jaga.Keep(EvidenceSteps.Bytes(100, i)));
        }

        var exhibit = await jaga.Seal(TimeSpan.FromDays(99), kept[0].Id);
        var file = await jaga.Ask<Db, Guid>(db => db.VaultBlobs.Where(b => b.Id == kept[0].BlobId).Select(b => b.File).SingleAsync());
        var path = jaga.Files().Single(f => f.EndsWith(file.ToString(), StringComparison.Ordinal));

        // A disk's fault, a key that is not here, an envelope of another house; and behind them two that are well and one that is lost.
        File.Move(path, path + ".aside");
        Directory.CreateDirectory(path);
        await Envelope(kept[1], "key-file-9");
        await Envelope(kept[2], "stranger");
        File.Delete(await PathOf(kept[4]));
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Turn<ScrubVault>();

        await jaga.Do(async db =>
        {
            var blobs = await db.VaultBlobs.AsNoTracking().ToDictionaryAsync(b => b.Id);
            Assert.Equal([true, true, true, false, false], kept.Select(k => blobs[k.BlobId!.Value].UnreadAt == jaga.Clock.Now));
            Assert.Equal([BlobState.Whole, BlobState.Missing], kept.Skip(3).Select(k => blobs[k.BlobId!.Value].State));
            Assert.All(kept.Take(3), k => Assert.True(blobs[k.BlobId!.Value].CheckedAt < jaga.Clock.Now));
            Assert.Contains("could not be read", (await db.Notices.SingleAsync(n => n.About.Kind == "vault")).SaysEn, StringComparison.Ordinal);
            Assert.Equal(4, (await ReadAlarms.Run(db, new(null, null), default)).Rows.Count);
            Assert.Contains((await ReadExhibits.One(db, new Held(db, []), exhibit.Id, default)).Pieces, p => p.UnreadAt is not null);
        });
        using var lead = await jaga.As(Role.Lead);
        Assert.Contains("evidence that could not be read", await lead.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains("Could not be read", await lead.GetStringAsync("/evidence/alarms"), StringComparison.Ordinal);

        // Not again before an hour is over, and told once.
        var tried = jaga.Clock.Now;
        jaga.Clock.Advance(TimeSpan.FromMinutes(30));
        await jaga.Turn<ScrubVault>();
        await jaga.Do(async db => Assert.Equal(3, await db.VaultBlobs.CountAsync(b => b.UnreadAt == tried)));
        Directory.Delete(path);
        File.Move(path + ".aside", path);
        await Envelope(kept[1], "master-key");
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await jaga.Turn<ScrubVault>();
        await jaga.Do(async db =>
        {
            Assert.Equal([kept[2].BlobId!.Value], await db.VaultBlobs.Where(b => b.UnreadAt != null).Select(b => b.Id).ToListAsync());
            Assert.Equal(1, await db.Notices.CountAsync(n => n.About.Kind == "vault" && n.NextCallAt != null));
        });

        // The same content comes again: the file that nobody can read is replaced.
        await jaga.Keep(EvidenceSteps.Bytes(100, 2));
        Assert.Equal(EvidenceSteps.Bytes(100, 2), await jaga.Read(kept[2].Id));

        Task Envelope(VaultObject of, string name) => jaga.Do(db => db.VaultBlobs.Where(b => b.Id == of.BlobId).ExecuteUpdateAsync(set => set.SetProperty(b => b.Envelope, name)));

        async Task<string> PathOf(VaultObject of)
        {
            var wanted = await jaga.Ask<Db, Guid>(db => db.VaultBlobs.Where(b => b.Id == of.BlobId).Select(b => b.File).SingleAsync());
            return jaga.Files().Single(f => f.EndsWith(wanted.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_an_s3_store_denies_is_unread_or_left_and_the_rest_is_read_and_swept()
    {
        await using var s3 = await S3Server.Start();
        var folder = Directory.CreateTempSubdirectory("jaga-s3-").FullName;
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: s3.Settings(folder));
        var (denied, whole) = (await jaga.Keep([1]), await jaga.Keep([2]));
        var file = await jaga.Ask<Db, Guid>(db => db.VaultBlobs.Where(b => b.Id == denied.BlobId).Select(b => b.File).SingleAsync());
        s3.Denied[s3.Objects.Keys.Single(k => k.EndsWith(file.ToString(), StringComparison.Ordinal))] = true;
        for (var i = 0; i < 3; i++)
        {
            var orphan = await jaga.Ask<Vault, VaultBytes>(vault => vault.Put(new MemoryStream([9, (byte)i]), default));
            _ = i != 0 || s3.Denied.TryAdd(s3.Objects.Keys.Single(k => k.EndsWith(orphan.File.ToString(), StringComparison.Ordinal)), true);
        }

        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Turn<ScrubVault>();
        await jaga.Do(async db =>
        {
            Assert.Equal([denied.BlobId!.Value], await db.VaultBlobs.Where(b => b.UnreadAt != null).Select(b => b.Id).ToListAsync());
            Assert.Equal(jaga.Clock.Now, (await db.VaultBlobs.SingleAsync(b => b.Id == whole.BlobId)).CheckedAt);
        });
        await jaga.Turn<SweepOrphans>();
        Assert.Equal(3, s3.Objects.Count);
        s3.Denied.Clear();
        await jaga.Turn<SweepOrphans>();
        Assert.Equal(2, s3.Objects.Count);
        jaga.Clock.Advance(TimeSpan.FromHours(2));
        await jaga.Turn<ScrubVault>();
        await jaga.Do(async db =>
        {
            Assert.Equal(0, await db.VaultBlobs.CountAsync(b => b.UnreadAt != null));
            Assert.Null((await db.Notices.SingleAsync(n => n.About.Kind == "vault")).NextCallAt);
        });
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_store_that_is_away_is_not_asked_for_every_file_in_one_turn()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        for (var i = 0; i < 25; i++)
        {
            await jaga.Keep([(byte)i]);
        }

        await jaga.Do(db => db.VaultBlobs.ExecuteUpdateAsync(set => set.SetProperty(b => b.Envelope, "stranger")));
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        foreach (var unread in new[] { 10, 20, 25 })
        {
            Assert.False(await jaga.Ask<ScrubVault, bool>(scrub => scrub.Run(default)));
            await jaga.Do(async db => Assert.Equal(unread, await db.VaultBlobs.CountAsync(b => b.UnreadAt != null)));
        }
    }
}
