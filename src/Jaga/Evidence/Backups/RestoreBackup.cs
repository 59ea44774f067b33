using Jaga.Audit;

namespace Jaga.Evidence.Backups;

/// <summary>What a restore brought back, and what checking it showed.</summary>
/// <param name="Audit">What reading the whole audit log found.</param>
/// <param name="Opened">Vault files that were opened to their last byte.</param>
/// <param name="Faults">Those that do not open, each as a sentence; the lost ones among them.</param>
/// <param name="Destroyed">Objects whose day came since the backup, or while it was taken: destroyed again at once.</param>
public sealed record RestoreReport(BackupHead Head, BackupEnd End, AuditReport Audit, long Opened, IReadOnlyList<string> Faults, long Destroyed);

/// <summary>
/// Restores a backup into an empty store, without a running server. All or nothing: the database gets its name, or its transaction its end, only when everything is there.
/// Then it is checked as a court would: the whole audit log, every vault file; and what fell due since is destroyed before anybody can look at it.
/// </summary>
public sealed class RestoreBackup(StorageSettings storage, EvidenceSettings settings, IVaultStore vault, IServiceProvider parts)
{
    /// <param name="overwrite">Whether a store that holds something already is emptied first.</param>
    /// <exception cref="RuleBroken">The store is not empty, is of another kind, or Jaga is older than the backup.</exception>
    /// <exception cref="BackupUnreadable">It cannot be read; nothing was restored.</exception>
    public async Task<RestoreReport> Run(Stream from, BackupSecret secret, bool overwrite, long length, Action<double> progress, CancellationToken ct)
    {
        var postgres = Storage.IsPostgres(storage.Effective);
        await using RestoreTarget target = postgres ? await PostgresTarget.Open(storage, ct) : new SqliteTarget(storage);
        if (await target.IsUsed(ct) && !overwrite)
        {
            throw new RuleBroken("There is a database here already. A backup is restored into an empty store, unless you say that this one may go (--overwrite).");
        }

        await using var opened = await TakeBackup.Open(from, secret, ct);
        var (head, end, done) = ((BackupHead?)null, (BackupEnd?)null, 0L);
        var columns = Array.Empty<string>();
        await foreach (var (name, content) in BackupEntries.Read(opened, ct))
        {
            if (name is TakeBackup.Head)
            {
                head = await TakeBackup.ReadJson<BackupHead>(content, ct);
                Check(head, postgres);
                await target.Begin(head.Steps, ct);
            }
            else if (name is TakeBackup.End)
            {
                end = await TakeBackup.ReadJson<BackupEnd>(content, ct);
            }
            else if (name.StartsWith(TakeBackup.Vault, StringComparison.Ordinal))
            {
                await vault.Write(Guid.Parse(name[TakeBackup.Vault.Length..]), file => new Counted(content, Seen).CopyToAsync(file, ct), ct);
            }
            else if (name is TakeBackup.MasterKey || TakeBackup.Published.Contains(name))
            {
                await Beside(Path.Combine(storage.Data, name), content, ct);
            }
            else if (name.StartsWith(TakeBackup.KeyFiles, StringComparison.Ordinal))
            {
                await Beside(Path.Combine(settings.KeyFolder(storage), Path.GetFileName(name)), content, ct);
            }
            else if (name.StartsWith("table/", StringComparison.Ordinal))
            {
                columns = await TakeBackup.ReadJson<string[]>(content, ct);
            }
            else
            {
                await target.Fill(name, columns, new Counted(content, Seen), ct);
            }
        }

        if (head is null || end is null)
        {
            throw new BackupUnreadable("The backup does not hold its beginning or its end.");
        }

        await target.Finish(ct);
        return await Look(head, end, ct);

        void Seen(int bytes) => progress(length == 0 ? 0 : Math.Min(1, (done += bytes) / (double)length));
    }

    private static void Check(BackupHead head, bool postgres)
    {
        if (head.Version != TakeBackup.Version || head.Steps.FirstOrDefault(s => !Storage.Knows(s)) is not null)
        {
            throw new RuleBroken("This backup was taken by a newer Jaga. Restore it with that, or a newer one.");
        }

        if (head.Store != (postgres ? "postgres" : "sqlite"))
        {
            throw new RuleBroken($"This backup is of a store on {head.Store}. It is restored into a store of the same kind.");
        }
    }

    private static async Task Beside(string path, Stream content, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        await content.CopyToAsync(file, ct);
        file.Flush(flushToDisk: true);
    }

    // Only here is anything asked for that needs the master key: it may just have come with the backup.
    private async Task<RestoreReport> Look(BackupHead head, BackupEnd end, CancellationToken ct)
    {
        await using var scope = parts.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await db.Migrate(ct);
        AuditReport log;
        await using (var read = await AuditEntries.Open(storage, ct))
        {
            var verifier = Path.Combine(storage.Data, "audit", "verifier");
            var keys = File.Exists(verifier) ? (await File.ReadAllLinesAsync(verifier, ct)).Select(VerifierKey.Parse).ToList() : [];
            log = await VerifyAudit.Run(AuditEntries.In(read, ct), [], keys, ct);
        }

        try
        {
            await scope.ServiceProvider.GetRequiredService<MasterKey>().Fit(db, ct);
        }
        catch (WrongSetting without)
        {
            // Nobody can look at anything, and the server does not start, until the key is back; then what is due is destroyed.
            return new(head, end, log, 0, [without.Message], 0);
        }

        // What is due is destroyed first: it must not come back by a backup.
        var kept = scope.ServiceProvider.GetRequiredService<Vault>();
        var before = await db.DestructionCertificates.LongCountAsync(ct);
        var destroy = scope.ServiceProvider.GetRequiredService<DestroyExpired>();
        while (await destroy.Run(ct))
        {
        }

        var (opened, faults) = (0L, new List<string>());
        await foreach (var blob in db.VaultBlobs.AsNoTracking().OrderBy(b => b.File).AsAsyncEnumerable().WithCancellation(ct))
        {
            try
            {
                var (state, sentence) = await kept.Check(blob, ct);
                if (state is BlobState.Whole)
                {
                    opened++;
                }
                else
                {
                    faults.Add(sentence);
                }
            }
            catch (Exception unread) when (!ct.IsCancellationRequested)
            {
                faults.Add($"The file {blob.File} of the vault could not be read: {unread.Message}");
            }
        }

        return new(head, end, log, opened, faults, await db.DestructionCertificates.LongCountAsync(ct) - before);
    }

    private sealed class Counted(Stream inner, Action<int> seen) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException("Read once, in order.");

        public override long Position { get => throw new NotSupportedException("Read once, in order."); set => throw new NotSupportedException("Read once, in order."); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            seen(read);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Read once, in order.");

        public override void SetLength(long value) => throw new NotSupportedException("Only read.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only read.");
    }
}
