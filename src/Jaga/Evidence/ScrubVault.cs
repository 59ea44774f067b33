namespace Jaga.Evidence;

/// <summary>Reads the vault's files again and again, the longest unread first, so that a lost or altered one is found while it can still be restored, and not by a court.</summary>
public sealed class ScrubVault(Db db, Vault vault, EvidenceSettings settings, TimeProvider clock) : IRecurring
{
    /// <summary>How often the scrub takes a turn.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>The most bytes read in one turn, give or take one file.</summary>
    public const long MaxBytesPerTurn = 256L * 1024 * 1024;

    private const int MaxFilesPerTurn = 200;

    /// <summary>Checks a bounded number of files; true when more wait.</summary>
    public async Task<bool> Run(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - settings.ScrubEvery;
        var due = await db.VaultBlobs.AsNoTracking().Where(b => b.CheckedAt < before).OrderBy(b => b.CheckedAt).Take(MaxFilesPerTurn).ToListAsync(ct);
        var bytes = 0L;
        foreach (var blob in due)
        {
            await Check(blob, ct);
            if ((bytes += blob.Length) >= MaxBytesPerTurn)
            {
                return true;
            }
        }

        return due.Count == MaxFilesPerTurn;
    }

    private async Task Check(VaultBlob found, CancellationToken ct)
    {
        var (state, sentence) = await vault.Check(found, ct);
        await using var transaction = await db.Begin(ct);

        // It may have been destroyed, or replaced by a fresh file, while it was read.
        if (await Vault.Locked(db, found.Sha256, ct) is { } blob && blob.File == found.File)
        {
            await vault.Found(blob, state, sentence, ct);
            await transaction.Commit(ct);
        }
    }
}

/// <summary>Removes files that no row names: what a crash left between the file and the commit, and what a rolled-back transaction had written.</summary>
public sealed class SweepOrphans(Db db, VaultFiles files, TimeProvider clock, ILogger<SweepOrphans> logger) : IRecurring
{
    /// <summary>How often the folder is looked through.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(6);

    /// <summary>A file younger than this may belong to a transaction that still runs.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromHours(24);

    private const int Batch = 500;

    public async Task<bool> Run(CancellationToken ct)
    {
        await foreach (var some in files.Older(clock.GetUtcNow() - Age, ct).Chunk(Batch).WithCancellation(ct))
        {
            var ids = some.Select(f => f.File).ToList();
            var known = (await db.VaultBlobs.Where(b => ids.Contains(b.File)).Select(b => b.File).ToListAsync(ct)).ToHashSet();
            foreach (var entry in some.Where(f => !known.Contains(f.File)))
            {
                await files.Remove(entry, ct);
                logger.LogInformation("Removed the vault file {File}, which nothing names", entry.File);
            }
        }

        return false;
    }
}
