namespace Jaga.Evidence.Backups;

/// <summary>What reading a backup to its end showed.</summary>
/// <param name="Database">Bytes of its database.</param>
public sealed record BackupReport(BackupHead Head, BackupEnd End, long Database);

/// <summary>Reads a backup from its first byte to its last, and so proves that it can be restored: nothing is altered, nothing is missing. Writes nothing.</summary>
public static class VerifyBackup
{
    /// <param name="length">Bytes of the whole, for the bar; 0 where they are not known.</param>
    /// <exception cref="BackupUnreadable">It cannot be restored, and why.</exception>
    public static async Task<BackupReport> Run(Stream from, BackupSecret secret, long length, Action<double> progress, CancellationToken ct)
    {
        await using var opened = await TakeBackup.Open(from, secret, ct);
        var (head, end, database, files, bytes, done) = ((BackupHead?)null, (BackupEnd?)null, 0L, 0L, 0L, 0L);
        var buffer = new byte[128 * 1024];
        await foreach (var (name, content) in BackupEntries.Read(opened, ct))
        {
            if (name is TakeBackup.Head)
            {
                head = await TakeBackup.ReadJson<BackupHead>(content, ct);
                continue;
            }

            if (name is TakeBackup.End)
            {
                end = await TakeBackup.ReadJson<BackupEnd>(content, ct);
                continue;
            }

            var size = 0L;
            while (await content.ReadAsync(buffer, ct) is > 0 and var read)
            {
                (size, done) = (size + read, done + read);
                progress(length == 0 ? 0 : Math.Min(1, done / (double)length));
            }

            var inVault = name.StartsWith(TakeBackup.Vault, StringComparison.Ordinal);
            (files, bytes) = inVault ? (files + 1, bytes + size) : (files, bytes);
            database += inVault ? 0 : size;
        }

        if (await opened.ReadAsync(buffer, ct) != 0 || head is null || end is null || files != end.Files || bytes != end.FileBytes || files + end.Destroyed.Count + end.Lost.Count != head.Files)
        {
            throw new BackupUnreadable("The backup does not hold what its beginning and its end say.");
        }

        return new(head, end, database);
    }
}
