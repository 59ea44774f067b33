using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>What is left of destroyed evidence: that it was there, what it was, and when and why it went. Never changed and never removed.</summary>
public sealed class DestructionCertificate : IEntity
{
    public Id<DestructionCertificate> Id { get; init; }

    public Id<VaultObject> ObjectId { get; init; }

    public required string Sha256 { get; init; }

    public long Length { get; init; }

    public DateTimeOffset KeptAt { get; init; }

    /// <summary>The day until which it had to be kept.</summary>
    public DateTimeOffset DueAt { get; init; }

    public DateTimeOffset DestroyedAt { get; init; }

    /// <summary>True when the key and the file were erased; false when other evidence has the same content and still needs them.</summary>
    public bool BytesErased { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<DestructionCertificate>
    {
        public void Configure(EntityTypeBuilder<DestructionCertificate> builder) => builder.ToTable("destruction_certificates");
    }
}

/// <summary>Destroys evidence on its day, unless a hold or an exhibit needs it: erases the file's key, then the file, and leaves a certificate and a line.</summary>
public sealed class DestroyExpired(Db db, VaultFiles files, AuditLog audit, TimeProvider clock) : IRecurring
{
    /// <summary>How often the day is looked for.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private const int MaxAtOnce = 100;
    private static readonly Actor Me = Actor.System("evidence");

    /// <summary>Destroys up to a hundred objects.</summary>
    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var held = (await db.LegalHolds.AsNoTracking().Where(h => h.LiftedAt == null).Select(h => h.Over).ToListAsync(ct)).ToHashSet();
        var destroyed = 0;
        await foreach (var due in Due(now, ct))
        {
            if (!await Needed(due, held, now, ct))
            {
                await Destroy(due.Id, ct);
                if (++destroyed == MaxAtOnce)
                {
                    return true;
                }
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

    private async Task<bool> Needed(VaultObject kept, HashSet<Subject> held, DateTimeOffset now, CancellationToken ct)
    {
        if (held.Contains(kept.Subject) || held.Contains(kept.About))
        {
            return true;
        }

        var exhibits = await db.Exhibits.AsNoTracking().Where(e => db.ExhibitObjects.Any(o => o.ExhibitId == e.Id && o.ObjectId == kept.Id)).ToListAsync(ct);
        return exhibits.Any(e => e.KeepUntil > now || held.Contains(e.Subject) || held.Contains(e.About));
    }

    private async Task Destroy(Id<VaultObject> id, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var (kept, now) = (await db.VaultObjects.SingleAsync(o => o.Id == id, ct), clock.GetUtcNow());
        var blob = await Vault.Locked(db, kept.Sha256, ct);
        var shared = await db.VaultObjects.AnyAsync(o => o.BlobId == kept.BlobId && o.Id != id, ct);
        kept.Destroy(now);
        if (blob is not null && !shared)
        {
            db.Remove(blob);
        }

        var certificate = new DestructionCertificate
        {
            Id = Id<DestructionCertificate>.New(now),
            ObjectId = id,
            Sha256 = kept.Sha256,
            Length = kept.Length,
            KeptAt = kept.KeptAt,
            DueAt = kept.DestroyAfter!.Value,
            DestroyedAt = now,
            BytesErased = !shared,
        };
        db.Add(certificate);
        audit.Record(Me, "evidence.destroyed", kept.Subject, $"Its retention ended on {kept.DestroyAfter:yyyy-MM-dd}, and nothing holds it.", new { certificate = certificate.Id, kept.Sha256, certificate.BytesErased });
        await transaction.Commit(ct);
        if (blob is not null && !shared)
        {
            files.Remove(blob.File);
        }
    }
}
