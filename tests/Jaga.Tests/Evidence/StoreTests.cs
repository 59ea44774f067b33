using Jaga.Evidence;
using Jaga.Evidence.Backups;
using Jaga.Obligations;
using Jaga.People;

namespace Jaga.Tests.Evidence;

/// <summary>Where the vault's files are: a store that speaks S3, and what happens when a file is lost.</summary>
public sealed class StoreTests
{
    [Fact]
    public async Task Evidence_in_an_s3_store_is_kept_read_shared_exported_destroyed_and_backed_up()
    {
        await using var s3 = await S3Server.Start();
        var folder = Directory.CreateTempSubdirectory("jaga-s3-").FullName;
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: s3.Settings(folder));

        // Longer than two parts, so that it goes up in three; and short things whole.
        var film = EvidenceSteps.Bytes((2 * S3Store.PartBytes) + 12345, 3);
        var (kept, small, twice, empty) = (await jaga.Keep(film, TimeSpan.FromDays(9), "video/mp4"), await jaga.Keep([1, 2, 3], TimeSpan.FromDays(1)), await jaga.Keep([1, 2, 3], TimeSpan.FromDays(2)), await jaga.Keep([], TimeSpan.FromDays(9)));
        Assert.Equal((3, 3, 0, 0), (s3.Objects.Count, s3.Parts, s3.Unfinished, s3.Refused));
        Assert.All(s3.Objects.Keys, k => Assert.StartsWith("jaga/", k, StringComparison.Ordinal));
        Assert.Equal(film, await jaga.Read(kept.Id));
        Assert.Equal([1, 2, 3], await jaga.Read(small.Id));
        Assert.Empty(await jaga.Read(empty.Id));
        Assert.Empty(jaga.Files());

        var exhibit = await jaga.Seal(TimeSpan.FromDays(20), kept.Id);
        var bag = Path.Combine(folder, "bag");
        await jaga.Ask<ExportBag, bool>(async export =>
        {
            await export.Run(exhibit.Id, EvidenceSteps.Somebody, "asked", _ => new FolderBag(bag), default);
            return true;
        });
        Assert.Null((await VerifyBag.Run(bag, [jaga.LogKey()], default)).Fault);

        var backup = new MemoryStream();
        var secret = BackupSecret.KeyFile(EvidenceSteps.Bytes(32));
        Assert.Equal(4, (await jaga.Ask<TakeBackup, BackupEnd>(take => take.Run(backup, secret, withMasterKey: false, _ => { }, default))).Files);
        Assert.Equal(4, (await VerifyBackup.Run(new MemoryStream(backup.ToArray()), secret, 0, _ => { }, default)).End.Files);

        jaga.Clock.Advance(TimeSpan.FromDays(1));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal([1, 2, 3], await jaga.Read(twice.Id));
        jaga.Clock.Advance(TimeSpan.FromDays(1));
        await jaga.Turn<DestroyExpired>();
        Assert.Equal(3, s3.Objects.Count);

        // What no row names is swept from the store too, over several pages of its list.
        for (var i = 0; i < 5; i++)
        {
            await jaga.Ask<Vault, VaultBytes>(vault => vault.Put(new MemoryStream([(byte)i, 9, 9]), default));
        }

        jaga.Clock.Advance(SweepOrphans.Age + TimeSpan.FromMinutes(1));
        Assert.Equal(8, s3.Objects.Count);
        await jaga.Turn<SweepOrphans>();
        Assert.Equal(3, s3.Objects.Count);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_moment_is_asked_again_and_one_that_refuses_leaves_nothing_behind()
    {
        await using var s3 = await S3Server.Start();
        var folder = Directory.CreateTempSubdirectory("jaga-s3-").FullName;
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: s3.Settings(folder));
        foreach (var fault in new[] { 503, 0, 500 })
        {
            s3.Faults.Enqueue(fault);
        }

        var kept = await jaga.Keep([4, 5]);
        s3.Faults.Enqueue(0);
        Assert.Equal([4, 5], await jaga.Read(kept.Id));

        s3.FailsToComplete = true;
        await Assert.ThrowsAsync<S3Failed>(() => jaga.Keep(EvidenceSteps.Bytes(S3Store.PartBytes + 1)));
        Assert.Equal((1, 0), (s3.Objects.Count, s3.Unfinished));

        for (var i = 0; i < 5; i++)
        {
            s3.Faults.Enqueue(503);
        }

        // A store that cannot be asked says nothing about the evidence: no alarm.
        await Assert.ThrowsAsync<S3Failed>(() => jaga.Read(kept.Id));
        await jaga.Do(async db => Assert.Equal(BlobState.Whole, (await db.VaultBlobs.SingleAsync()).State));
        Directory.Delete(folder, recursive: true);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_wrong_key_of_the_store_is_refused_by_it(bool wrongRegion)
    {
        await using var s3 = await S3Server.Start();
        var folder = Directory.CreateTempSubdirectory("jaga-s3-").FullName;
        var settings = s3.Settings(folder);
        settings = wrongRegion ? [.. settings.Where(s => s.Key != "Evidence:S3:Region"), ("Evidence:S3:Region", "yy-other-2")] : settings;
        await File.WriteAllTextAsync(settings.Single(s => s.Key == "Evidence:S3:SecretKeyFile").Value, wrongRegion ? S3Server.SecretKey : "another");
        await using var jaga = await JagaHost.Start(Store.Sqlite, builder => { }, settings);
        var refused = await Assert.ThrowsAsync<S3Failed>(() => jaga.Keep([1]));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        Assert.True(s3.Refused > 0);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(Store.Sqlite, false), InlineData(Store.Postgres, false), InlineData(Store.Sqlite, true), InlineData(Store.Postgres, true)]
    public async Task The_scrub_finds_a_missing_or_altered_file_raises_a_number_and_a_duty_and_takes_both_back_when_it_is_restored(Store store, bool altered)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Keep(EvidenceSteps.Bytes(1000));
        var exhibit = await jaga.Seal(TimeSpan.FromDays(300), kept.Id);
        var path = jaga.Files().OrderByDescending(f => new FileInfo(f).Length).First();
        var whole = await File.ReadAllBytesAsync(path);
        if (altered)
        {
            await File.WriteAllBytesAsync(path, [.. whole[..500], (byte)(whole[500] ^ 1), .. whole[501..]]);
        }
        else
        {
            File.Delete(path);
        }

        var count = jaga.Services.GetServices<Count>().Single(c => c.Word == "lostEvidence");
        for (var round = 0; round < 2; round++)
        {
            jaga.Clock.Advance(TimeSpan.FromDays(8));
            await jaga.Turn<ScrubVault>();
        }

        await jaga.Do(async db =>
        {
            Assert.Equal(1, await count.Read(db, jaga.Clock.Now, default));
            var duty = await db.Obligations.SingleAsync(o => o.Clause == Vault.Restore);
            Assert.Null(duty.ClosedAt);
            var alarm = Assert.Single((await ReadAlarms.Run(db, new(null, null), default)).Rows);
            Assert.Equal((altered ? BlobState.Altered : BlobState.Missing, exhibit.Id), (alarm.State, alarm.Exhibit!.Value));
        });
        var page = await (await jaga.As(Role.Lead)).GetStringAsync("/evidence/alarms");
        Assert.Contains($"/evidence/{exhibit.Id}", page, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(path, whole);
        jaga.Clock.Advance(TimeSpan.FromDays(8));
        await jaga.Turn<ScrubVault>();
        await jaga.Do(async db =>
        {
            Assert.Equal(0, await count.Read(db, jaga.Clock.Now, default));
            Assert.NotNull((await db.Obligations.SingleAsync(o => o.Clause == Vault.Restore)).ClosedAt);
        });
    }
}
