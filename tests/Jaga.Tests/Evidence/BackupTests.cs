using Jaga.Audit;
using Jaga.Evidence;
using Jaga.Evidence.Backups;
using Jaga.Server.Cli;
using Microsoft.Extensions.Configuration;

namespace Jaga.Tests.Evidence;

public sealed class BackupTests
{
    private static readonly BackupSecret Secret = BackupSecret.KeyFile(EvidenceSteps.Bytes(32, 9));

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_backup_taken_while_others_upload_decide_and_destroy_restores_whole(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var before = new List<Exhibit>();
        for (var i = 0; i < 5; i++)
        {
            before.Add(await jaga.Seal(TimeSpan.FromDays(300), (await jaga.Keep(EvidenceSteps.Bytes(700_000, i), TimeSpan.FromDays(30))).Id, (await jaga.Keep(EvidenceSteps.Bytes(i), TimeSpan.FromDays(30))).Id));
        }

        // The last file by its name, so that it is not yet copied when it goes.
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        var doomed = await jaga.Keep(EvidenceSteps.Bytes(1000, 77), TimeSpan.FromHours(1));
        jaga.Clock.Advance(TimeSpan.FromHours(2));

        // What the backup writes waits again and again until others have uploaded, sealed and destroyed something.
        var (file, steps) = (Path.Combine(jaga.Data, "backup"), 0);
        BackupEnd end;
        await using (var target = new Gated(File.Create(file), async () =>
        {
            if (steps++ == 0)
            {
                await jaga.Turn<DestroyExpired>();
            }

            await jaga.Seal(TimeSpan.FromDays(300), (await jaga.Keep(EvidenceSteps.Bytes(5000, 100 + steps), TimeSpan.FromDays(30))).Id);
        }))
        {
            end = await jaga.Ask<TakeBackup, BackupEnd>(take => take.Run(target, Secret, withMasterKey: true, _ => { }, default));
        }

        Assert.True(steps >= 3);
        Assert.Empty(end.Lost);
        Assert.Single(end.Destroyed);
        var report = await VerifyBackup.Run(File.OpenRead(file), Secret, 0, _ => { }, default);
        Assert.Equal(end.Files, report.End.Files);

        await using var house = await Empty(store, jaga.Clock);
        var restored = await house.Parts.GetRequiredService<RestoreBackup>().Run(File.OpenRead(file), Secret, overwrite: false, 0, _ => { }, default);
        Assert.Null(restored.Audit.Fault);
        Assert.True(restored.Audit.Lines > 0);
        Assert.Equal(report.Head.AuditLines, restored.Audit.Lines);
        Assert.Empty(restored.Faults);
        Assert.Equal((end.Files, 1), (restored.Opened, restored.Destroyed));

        // Every exhibit opens, and its bag verifies with the key of the log.
        await using var scope = house.Parts.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var exhibits = await db.Exhibits.Select(e => e.Id).ToListAsync();
        Assert.Superset(before.Select(e => e.Id).ToHashSet(), exhibits.ToHashSet());
        foreach (var exhibit in exhibits)
        {
            var folder = Path.Combine(house.Data, $"bag-{exhibit}");
            await scope.ServiceProvider.GetRequiredService<ExportBag>().Run(exhibit, EvidenceSteps.Somebody, "to see", _ => new FolderBag(folder), default);
            Assert.Null((await VerifyBag.Run(folder, [jaga.LogKey()], default)).Fault);
        }

        Assert.NotNull((await db.VaultObjects.SingleAsync(o => o.Id == doomed.Id)).DestroyedAt);
        await Assert.ThrowsAsync<RuleBroken>(async () => await house.Parts.GetRequiredService<RestoreBackup>().Run(File.OpenRead(file), Secret, overwrite: false, 0, _ => { }, default));
        Assert.Null((await house.Parts.GetRequiredService<RestoreBackup>().Run(File.OpenRead(file), Secret, overwrite: true, 0, _ => { }, default)).Audit.Fault);
    }

    [Fact]
    public async Task A_backup_that_was_cut_altered_or_is_opened_with_another_secret_is_refused_and_restores_nothing()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Keep(EvidenceSteps.Bytes(2_000_000));
        var (target, phrased) = (new MemoryStream(), new MemoryStream());
        await jaga.Ask<TakeBackup, BackupEnd>(take => take.Run(phrased, BackupSecret.Passphrase("correct horse battery"), withMasterKey: false, _ => { }, default));
        Assert.False((await VerifyBackup.Run(new MemoryStream(phrased.ToArray()), BackupSecret.Passphrase("correct horse battery"), 0, _ => { }, default)).Head.HoldsMasterKey);
        await Assert.ThrowsAsync<BackupUnreadable>(() => VerifyBackup.Run(new MemoryStream(phrased.ToArray()), Secret, 0, _ => { }, default));
        await Assert.ThrowsAsync<BackupUnreadable>(() => VerifyBackup.Run(new MemoryStream(phrased.ToArray()), BackupSecret.Passphrase("correct horse batterz"), 0, _ => { }, default));
        await jaga.Ask<TakeBackup, BackupEnd>(take => take.Run(target, Secret, withMasterKey: false, _ => { }, default));
        var whole = target.ToArray();
        foreach (var damaged in new[] { whole[..^1], whole[..^(whole.Length / 2)], [.. whole, 0], Flipped(whole, 20), Flipped(whole, whole.Length / 2), Flipped(whole, whole.Length - 1), Flipped(whole, 46) })
        {
            await Assert.ThrowsAsync<BackupUnreadable>(() => VerifyBackup.Run(new MemoryStream(damaged), Secret, 0, _ => { }, default));
        }

        await using var house = await Empty(Store.Sqlite, jaga.Clock);
        await Assert.ThrowsAsync<BackupUnreadable>(() => house.Parts.GetRequiredService<RestoreBackup>().Run(new MemoryStream(Flipped(whole, whole.Length - 1)), Secret, overwrite: false, 0, _ => { }, default));
        Assert.False(File.Exists(Path.Combine(house.Data, "jaga.db")));

        // Restored without the master key, every vault file is named as not to be opened.
        var report = await house.Parts.GetRequiredService<RestoreBackup>().Run(new MemoryStream(whole), Secret, overwrite: false, 0, _ => { }, default);
        Assert.Null(report.Audit.Fault);
        Assert.Single(report.Faults);
    }

    [Fact]
    public async Task The_verbs_back_up_verify_and_restore_and_a_missing_vault_file_is_told()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Keep(EvidenceSteps.Bytes(10, 1));
        var (file, key) = (Path.Combine(jaga.Data, "b.jagabackup"), Path.Combine(jaga.Data, "backup.key"));
        await File.WriteAllBytesAsync(key, EvidenceSteps.Bytes(32, 9));
        Assert.Equal(0, await Root.Build().Parse(["backup", "--data", jaga.Data, "--to", file, "--key-file", key, "--with-master-key"]).InvokeAsync());
        Assert.Equal(0, await Root.Build().Parse(["backup", "verify", file, "--key-file", key]).InvokeAsync());
        Assert.Equal(2, await Root.Build().Parse(["backup", "--data", jaga.Data, "--to", file]).InvokeAsync());
        var empty = Path.Combine(jaga.Data, "other");
        Assert.Equal(0, await Root.Build().Parse(["restore", file, "--data", empty, "--key-file", key]).InvokeAsync());
        Assert.Equal(2, await Root.Build().Parse(["restore", file, "--data", empty, "--key-file", key]).InvokeAsync());
        Assert.Equal(0, await Root.Build().Parse(["audit", "verify", "--data", empty]).InvokeAsync());

        File.Delete(jaga.Files()[0]);
        Assert.Equal(1, await Root.Build().Parse(["backup", "--data", jaga.Data, "--to", file, "--key-file", key]).InvokeAsync());
    }

    private static byte[] Flipped(byte[] whole, int at)
    {
        var copy = whole.ToArray();
        copy[at] ^= 1;
        return copy;
    }

    private static async Task<House> Empty(Store store, FakeClock clock)
    {
        var folder = Directory.CreateTempSubdirectory("jaga-restored-").FullName;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Jaga:Storage:Data"] = Path.Combine(folder, "data"),
            ["Jaga:Storage:Connection"] = store is Store.Postgres ? await PostgresCluster.NewDatabase() : "",
            ["Jaga:Worker:Enabled"] = "false",
        }).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton<TimeProvider>(clock).AddJaga(configuration.GetSection("Jaga"));
        return new(services.BuildServiceProvider(), folder);
    }

    /// <summary>A product that was never started, on an empty store.</summary>
    private sealed class House(ServiceProvider parts, string folder) : IAsyncDisposable
    {
        public IServiceProvider Parts => parts;

        public string Data => Path.Combine(folder, "data");

        public async ValueTask DisposeAsync()
        {
            await parts.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Lets something happen before each larger write.</summary>
    private sealed class Gated(Stream inner, Func<Task> meanwhile) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length > 1000)
            {
                await meanwhile();
            }

            await inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
