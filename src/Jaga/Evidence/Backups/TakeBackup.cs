using System.Security.Cryptography;
using System.Text.Json;

namespace Jaga.Evidence.Backups;

/// <summary>What a backup begins with.</summary>
/// <param name="Store"><c>sqlite</c> or <c>postgres</c>: it is restored into a store of the same kind.</param>
/// <param name="Steps">The schema steps that its database has.</param>
/// <param name="AuditLines">The length of its audit log.</param>
/// <param name="Files">Vault files that its database names, and their bytes as they are stored.</param>
/// <param name="HoldsMasterKey">Whether the master key is in it, and the vault's own key files; without the key its evidence and secrets cannot be read.</param>
public sealed record BackupHead(int Version, DateTimeOffset At, string Store, IReadOnlyList<string> Steps, long AuditLines, long Files, long FileBytes, bool HoldsMasterKey);

/// <summary>What a backup ends with.</summary>
/// <param name="Destroyed">Vault files that were destroyed on their day while it was taken.</param>
/// <param name="Lost">Vault files that should have been there and were not: an alarm.</param>
public sealed record BackupEnd(long Files, long FileBytes, IReadOnlyList<Guid> Destroyed, IReadOnlyList<Guid> Lost);

/// <summary>
/// Takes a backup of database and vault together, beside a running server: first one consistent moment of the database, then the vault files that this moment names. Those are never changed,
/// and are encrypted already; only destruction on their day can take one away meanwhile, and that is told from a loss. Memory stays bounded whatever the vault holds.
/// </summary>
public sealed class TakeBackup(StorageSettings storage, EvidenceSettings settings, VaultFiles vault, Db db, TimeProvider clock)
{
    internal const int Version = 1;
    internal const string Head = "head.json", End = "end.json", MasterKey = "keys/master.key", KeyFiles = "keys/evidence/", Vault = "vault/";

    /// <summary>Beside the database, and as much a part of it: what was published of the audit log.</summary>
    internal static readonly string[] Published = ["audit/checkpoint", "audit/verifier"];

    /// <summary>Writes a backup to <paramref name="to"/>.</summary>
    /// <param name="withMasterKey">Whether the master key is put into it. Then whoever has file and secret has everything.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <exception cref="RuleBroken">The master key is wanted, and is not in the data folder.</exception>
    public async Task<BackupEnd> Run(Stream to, BackupSecret secret, bool withMasterKey, Action<double> progress, CancellationToken ct)
    {
        var key = Path.Combine(storage.Data, MasterKey);
        if (withMasterKey && !File.Exists(key))
        {
            throw new RuleBroken($"There is no {key} to put into the backup: the master key is in the settings.");
        }

        // Before the moment of the database: what was published must not vouch for more lines than are in it.
        var published = new List<(string Name, byte[] Bytes)>();
        foreach (var name in (withMasterKey ? [.. Published, MasterKey] : Published).Where(n => File.Exists(Path.Combine(storage.Data, n))))
        {
            published.Add((name, await File.ReadAllBytesAsync(Path.Combine(storage.Data, name), ct)));
        }

        foreach (var file in withMasterKey && Directory.Exists(settings.KeyFolder(storage)) ? Directory.GetFiles(settings.KeyFolder(storage), "*.key") : [])
        {
            published.Add(($"{KeyFiles}{Path.GetFileName(file)}", await File.ReadAllBytesAsync(file, ct)));
        }

        await using var snapshot = await StoreSnapshot.Take(storage, ct);
        var files = await snapshot.VaultFiles(ct);
        var head = new BackupHead(Version, clock.GetUtcNow(), snapshot.Kind, await snapshot.Steps(ct), await snapshot.AuditLines(ct), files.Count, files.Sum(f => SealedFile.StoredLength(f.Length)), withMasterKey);
        var (all, done) = (Math.Max(1, await snapshot.Bytes(ct) + head.FileBytes), 0L);

        var header = secret.NewHeader();
        await to.WriteAsync(header, ct);
        await using var sealing = new SealingStream(to, header, secret.KeyOf(header));
        var entries = new BackupEntries(sealing);
        await entries.Add(Head, JsonSerializer.SerializeToUtf8Bytes(head, Json.Options), ct);
        foreach (var (name, bytes) in published)
        {
            await entries.Add(name, bytes, ct);
        }

        await snapshot.Write(entries, Seen, ct);
        var end = await Files(entries, files, Seen, ct);
        await entries.Add(End, JsonSerializer.SerializeToUtf8Bytes(end, Json.Options), ct);
        await entries.End(ct);
        await sealing.Finish(ct);
        return end;

        void Seen(int bytes) => progress(Math.Min(1, (done += bytes) / (double)all));
    }

    private async Task<BackupEnd> Files(BackupEntries entries, List<StoreSnapshot.VaultFile> files, Action<int> seen, CancellationToken ct)
    {
        var (copied, bytes, destroyed, lost) = (0L, 0L, new List<Guid>(), new List<Guid>());
        foreach (var file in files)
        {
            await using var content = await vault.Sealed(file.File, ct);
            if (content is null)
            {
                (await db.VaultBlobs.AnyAsync(b => b.File == file.File, ct) ? lost : destroyed).Add(file.File);
                continue;
            }

            await entries.Add($"{Vault}{file.File}", content, seen, ct);
            (copied, bytes) = (copied + 1, bytes + SealedFile.StoredLength(file.Length));
        }

        return new(copied, bytes, destroyed, lost);
    }

    /// <summary>Opens a backup for reading.</summary>
    /// <exception cref="BackupUnreadable">It is none, or the secret is of the other sort.</exception>
    internal static async Task<OpeningStream> Open(Stream from, BackupSecret secret, CancellationToken ct)
    {
        var header = new byte[BackupSecret.HeaderBytes];
        return await from.ReadAtLeastAsync(header, header.Length, false, ct) == header.Length ? new(from, header, secret.KeyOf(header)) : throw new BackupUnreadable("This is not a backup of Jaga's: it is too short.");
    }

    /// <summary>Reads a small entry that holds JSON.</summary>
    internal static async Task<T> ReadJson<T>(Stream content, CancellationToken ct) =>
        await JsonSerializer.DeserializeAsync<T>(content, Json.Options, ct) ?? throw new BackupUnreadable("An entry of the backup is empty.");
}
