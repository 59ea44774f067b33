using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// Destroys evidence on its day, unless a hold, an exhibit or a room above needs it: overwrites and deletes the file's key in the database, then the file, and leaves a certificate and a line.
/// Copies of the database that were made before hold the key until they expire.
/// </summary>
public sealed class DestroyExpired(Db db, VaultFiles files, Held held, AuditLog audit, TimeProvider clock, IEnumerable<INeedsEvidence> rooms) : IRecurring
{
    /// <summary>How often the day is looked for.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private const int MaxAtOnce = 100;
    private static readonly Actor Me = Actor.System("evidence");

    /// <summary>Destroys up to a hundred objects.</summary>
    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var holds = await held.Holds(ct);
        var destroyed = 0;
        await foreach (var due in Due(now, ct))
        {
            // Looked at without a lock first: most of what is due and still there is held.
            if (!await Needed(due, holds, now, ct) && await Destroy(due.Id, ct) && ++destroyed == MaxAtOnce)
            {
                return true;
            }
        }

        return false;
    }

    // A page at a time, beyond what is held: held evidence must not keep other evidence from its day.
    private async IAsyncEnumerable<VaultObject> Due(DateTimeOffset now, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var last = default(Id<VaultObject>);
        while (true)
        {
            var after = last;
            var page = await db.VaultObjects.AsNoTracking().Where(o => o.DestroyedAt == null && o.DestroyAfter <= now && o.Id > after).OrderBy(o => o.Id).Take(MaxAtOnce).ToListAsync(ct);
            foreach (var due in page)
            {
                yield return due;
            }

            if (page.Count == 0)
            {
                yield break;
            }

            last = page[^1].Id;
        }
    }

    private async Task<bool> Needed(VaultObject kept, IReadOnlyList<(LegalHold Hold, HashSet<Subject> Over)> holds, DateTimeOffset now, CancellationToken ct)
    {
        var (hold, exhibit) = await held.By(kept, holds, ct);
        if (hold is not null || exhibit?.KeepUntil > now)
        {
            return true;
        }

        foreach (var room in rooms)
        {
            if (await room.Needs(kept.Id, ct))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> Destroy(Id<VaultObject> id, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        await held.TakeTurns(ct);
        var (kept, now) = (await Vault.Locked(db, id, ct), clock.GetUtcNow());
        if (kept is not { DestroyedAt: null } || kept.DestroyAfter > now || await Needed(kept, await held.Holds(ct), now, ct))
        {
            return false;
        }

        var blob = await Vault.Locked(db, kept.Sha256, ct);
        var shared = await db.VaultObjects.AnyAsync(o => o.BlobId == kept.BlobId && o.Id != id, ct);
        if (blob is not null && !shared)
        {
            // Overwritten before it is deleted: a deleted row may stay on its page for long.
            var nothing = new byte[blob.WrappedKey.Length];
            await db.VaultBlobs.Where(b => b.Id == blob.Id).ExecuteUpdateAsync(set => set.SetProperty(b => b.WrappedKey, nothing), ct);
            db.Remove(blob);
        }

        kept.Destroy(now);

        var certificate = DestructionCertificate.Of(kept, erased: !shared, now);
        db.Add(certificate);
        audit.Record(Me, "evidence.destroyed", kept.Subject, $"Its retention ended on {kept.DestroyAfter:yyyy-MM-dd}, and nothing holds it.", new { certificate = certificate.Id, kept.Sha256, certificate.BytesErased });
        await transaction.Commit(ct);
        if (blob is not null && !shared)
        {
            await files.Remove(blob.File, ct);
        }

        return true;
    }
}
