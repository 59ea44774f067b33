using Jaga.Obligations;

namespace Jaga.Evidence;

/// <summary>
/// Reads the vault's files again and again, the longest unread first, so that a lost or altered one is found while it can still be restored, and not by a court.
/// A file that cannot be read stops nothing: it is noted on its row, told to the leads, and tried again.
/// </summary>
public sealed class ScrubVault(Db db, Vault vault, Notices notices, EvidenceSettings settings, TimeProvider clock, ILogger<ScrubVault> logger) : IRecurring
{
    /// <summary>How often the scrub takes a turn.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>How long after it could not be read a file is tried again.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>The most bytes read in one turn, give or take one file; once more as much of what could not be read before.</summary>
    public const long MaxBytesPerTurn = 256L * 1024 * 1024;

    // With so many in a row the store or the key is away, and the rest is left for the next turn.
    private const int MaxFilesPerTurn = 200, MaxUnreadPerTurn = 20, MostInARow = 10;

    private static readonly TimeSpan TellEvery = TimeSpan.FromHours(24);
    private static readonly Subject Unread = new("vault", "unread");

    private string? _fresh;

    /// <summary>Checks a bounded number of files; true when more wait.</summary>
    public async Task<bool> Run(CancellationToken ct)
    {
        _fresh = null;
        var now = clock.GetUtcNow();
        var (before, again) = (now - settings.ScrubEvery, now - Again);
        var due = await db.VaultBlobs.AsNoTracking().Where(b => b.UnreadAt == null && b.CheckedAt < before).OrderBy(b => b.CheckedAt).Take(MaxFilesPerTurn).ToListAsync(ct);
        var (away, left) = await Check(due, ct);
        if (!away)
        {
            await Check(await db.VaultBlobs.AsNoTracking().Where(b => b.UnreadAt < again).OrderBy(b => b.UnreadAt).Take(MaxUnreadPerTurn).ToListAsync(ct), ct);
        }

        if (_fresh is { } because)
        {
            await Tell(because, ct);
        }

        return !away && (left || due.Count == MaxFilesPerTurn);
    }

    private async Task<(bool Away, bool Left)> Check(List<VaultBlob> due, CancellationToken ct)
    {
        var (bytes, inARow) = (0L, 0);
        foreach (var blob in due)
        {
            inARow = await Check(blob, ct) ? 0 : inARow + 1;
            if (inARow == MostInARow)
            {
                return (true, true);
            }

            if ((bytes += blob.Length) >= MaxBytesPerTurn)
            {
                return (false, true);
            }
        }

        return (false, false);
    }

    // Whether it could be read.
    private async Task<bool> Check(VaultBlob found, CancellationToken ct)
    {
        var (state, sentence, unread) = (BlobState.Whole, "", (string?)null);
        try
        {
            (state, sentence) = await vault.Check(found, ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // A disk's fault, a key that is not here, a store that refuses: whatever it is, it must not keep the scrub from the files behind it.
            unread = failure.Message;
            logger.LogError(failure, "The vault file {File} could not be read", found.File);
        }

        await using var transaction = await db.Begin(ct);

        // It may have been destroyed, or replaced by a fresh file, while it was read.
        if (await Vault.Locked(db, found.Sha256, ct) is { } blob && blob.File == found.File)
        {
            if (unread is null)
            {
                if (blob.UnreadAt is not null && !await db.VaultBlobs.AnyAsync(b => b.UnreadAt != null && b.Id != blob.Id, ct))
                {
                    await notices.Over(Unread, ct);
                }

                await vault.Found(blob, state, sentence, ct);
            }
            else
            {
                _fresh = blob.UnreadAt is null ? unread : _fresh;
                blob.Unread(unread, clock.GetUtcNow());
            }

            await transaction.Commit(ct);
        }

        return unread is null;
    }

    // Once a day at most, and only while further ones join: how many there are stands on the first screen.
    private async Task Tell(string because, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - TellEvery;
        await using var transaction = await db.Begin(ct);
        if (!await db.Notices.AnyAsync(n => n.About.Kind == Unread.Kind && n.About.Id == Unread.Id && n.At > since, ct))
        {
            var all = await db.VaultBlobs.CountAsync(b => b.UnreadAt != null, ct);
            await notices.Tell(Whom.Lead, "leads", null, Unread, new(
                $"Files of the vault that could not be read, so that nobody knows how they are: {all}. {because}",
                $"Berkas brankas yang tidak dapat dibaca, sehingga keadaannya tidak diketahui: {all}. {because}"), urgent: true, null, ct);
        }

        await transaction.Commit(ct);
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
                try
                {
                    await files.Remove(entry, ct);
                    logger.LogInformation("Removed the vault file {File}, which nothing names", entry.File);
                }
                catch (Exception failure) when (!ct.IsCancellationRequested)
                {
                    // The others are removed all the same; this one is tried again at the next turn.
                    logger.LogError(failure, "The vault file {File}, which nothing names, could not be removed", entry.File);
                }
            }
        }

        return false;
    }
}
