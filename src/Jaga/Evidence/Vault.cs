using System.Runtime.InteropServices;
using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Evidence;

/// <summary>Keeps evidence and gives it out. Bytes are durable on disk before the row that names them is committed, and every touch is a line in the audit log.</summary>
public sealed class Vault(Db db, VaultFiles files, AuditLog audit, Duties duties, TimeProvider clock, ILogger<Vault> logger)
{
    /// <summary>What is owed when a file is lost or altered.</summary>
    public const string Restore = "house.restore-evidence";

    /// <summary>
    /// Writes bytes ahead of a transaction: for what is large, so that other writers need not wait meanwhile. Not evidence until kept; forgotten, it is swept away.
    /// </summary>
    public Task<VaultBytes> Put(Stream content, CancellationToken ct) => files.Put(content, null, ct);

    /// <summary>The same for what may be longer than a single piece of evidence: at most <paramref name="most"/> bytes.</summary>
    public Task<VaultBytes> Put(Stream content, long most, CancellationToken ct) => files.Put(content, most, ct);

    /// <summary>Keeps <paramref name="bytes"/> in the caller's transaction.</summary>
    /// <param name="destroyAfter">The end of its retention; null for no end.</param>
    public Task<VaultObject> Keep(ReadOnlyMemory<byte> bytes, string mediaType, Subject about, Actor actor, string why, DateTimeOffset? destroyAfter, CancellationToken ct)
    {
        var array = MemoryMarshal.TryGetArray(bytes, out var segment) ? segment : new(bytes.ToArray());
        return Keep(new MemoryStream(array.Array!, array.Offset, array.Count, writable: false), mediaType, about, actor, why, destroyAfter, ct);
    }

    /// <summary>Keeps all of <paramref name="content"/> in the caller's transaction. Memory stays bounded.</summary>
    public async Task<VaultObject> Keep(Stream content, string mediaType, Subject about, Actor actor, string why, DateTimeOffset? destroyAfter, CancellationToken ct)
    {
        InTransaction();
        return await Keep(await files.Put(content, null, ct), mediaType, about, actor, why, destroyAfter, ct);
    }

    /// <summary>Keeps what <see cref="Put"/> wrote, in the caller's transaction. Content that the vault has already is stored once.</summary>
    public async Task<VaultObject> Keep(VaultBytes bytes, string mediaType, Subject about, Actor actor, string why, DateTimeOffset? destroyAfter, CancellationToken ct)
    {
        InTransaction();
        var now = clock.GetUtcNow();
        var blob = await Blob(bytes, now, ct);
        if (blob.File != bytes.File)
        {
            if (blob is { State: BlobState.Whole, UnreadAt: null } && await files.IsThere(blob, ct))
            {
                await files.Remove(bytes.File, ct);
            }
            else
            {
                blob.Replace(bytes, now);
                await duties.Keep(Subject.Of("vault-file", blob.Id), Restore, new("receipt", $"kept-{bytes.File}"), actor, ct);
            }
        }

        var kept = VaultObject.Of(bytes, blob.Id, mediaType, about, actor, destroyAfter, now);
        db.Add(kept);
        audit.Record(actor, "evidence.kept", kept.Subject, why, new { about = about.ToString(), kept.Sha256, kept.Length, kept.MediaType, kept.DestroyAfter });
        return kept;
    }

    /// <summary>Opens evidence for reading. The line that says who opened it and why is committed first.</summary>
    /// <exception cref="NotFound">There is no such object.</exception>
    /// <exception cref="RuleBroken">It was destroyed, or no reason was given.</exception>
    /// <exception cref="EvidenceAltered">Its bytes are gone or are not what was kept, now or while they are read.</exception>
    public async Task<Stream> Open(Id<VaultObject> id, Actor actor, string reason, CancellationToken ct)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException("Evidence is opened outside a transaction: the line about it must be committed before the first byte is read.");
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RuleBroken("Evidence is opened for a reason, and the reason is recorded.");
        }

        // The line is an act of its own: it must not use up the idempotency key of the request that looks.
        (var write, db.Write) = (db.Write, null);
        await using var transaction = await db.Begin(ct);
        var opened = await db.VaultObjects.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct) ?? throw new NotFound("such evidence");
        var blob = await db.VaultBlobs.SingleOrDefaultAsync(b => b.Id == opened.BlobId, ct) ?? throw new RuleBroken("This evidence was destroyed when its time was over.");
        audit.Record(actor, "evidence.opened", opened.Subject, reason);
        if (!await files.IsThere(blob, ct))
        {
            await Found(blob, BlobState.Missing, $"The file {blob.File} of the vault is missing or cut short.", ct);
        }

        await transaction.Commit(ct);
        db.Write = write;
        return await files.Open(blob, ct);
    }

    /// <summary>Opens every chunk of a file and compares it with what was sealed. Whatever else it throws says that the file could not be read, and nothing of how it is.</summary>
    internal async Task<(BlobState State, string Sentence)> Check(VaultBlob blob, CancellationToken ct)
    {
        try
        {
            await using var content = await files.Open(blob, ct);
            await content.Check(ct);
            return (BlobState.Whole, "");
        }
        catch (EvidenceAltered altered)
        {
            return (await files.IsGone(blob, ct) ? BlobState.Missing : BlobState.Altered, altered.Message);
        }
    }

    /// <summary>Notes in the caller's transaction how a file was found; a change is a line about every object that needs it, and a loss an alarm.</summary>
    internal async Task Found(VaultBlob blob, BlobState state, string sentence, CancellationToken ct)
    {
        var changed = blob.State != state;
        blob.Found(state, clock.GetUtcNow());
        if (!changed)
        {
            return;
        }

        var action = state switch { BlobState.Whole => "evidence.restored", BlobState.Missing => "evidence.missed", _ => "evidence.altered" };
        foreach (var kept in await db.VaultObjects.AsNoTracking().Where(o => o.BlobId == blob.Id).ToListAsync(ct))
        {
            audit.Record(Actor.System("evidence"), action, kept.Subject, sentence);
        }

        // One duty for one file, however many objects need it and however often it is found.
        var file = Subject.Of("vault-file", blob.Id);
        if (state is BlobState.Whole)
        {
            await duties.Keep(file, Restore, new("receipt", $"scrub-{blob.File}"), Actor.System("evidence"), ct);
        }
        else if (!await db.Obligations.AnyAsync(o => o.About.Kind == file.Kind && o.About.Id == file.Id && o.Clause == Restore && o.ClosedAt == null, ct))
        {
            duties.Open(Restore, file, "whoever relies on this evidence", Actor.System("evidence"));
        }

        if (state is not BlobState.Whole)
        {
            logger.LogCritical("EVIDENCE ALARM: {Sentence}", sentence);
        }
    }

    /// <summary>The row of this content, new or found, locked until the transaction ends, so that nobody destroys it meanwhile.</summary>
    private async Task<VaultBlob> Blob(VaultBytes bytes, DateTimeOffset now, CancellationToken ct)
    {
        while (true)
        {
            var id = Id<VaultBlob>.New(now);
            await db.Database.ExecuteSqlRawAsync(
                "INSERT INTO vault_blobs (id, sha256, length, file, wrapped_key, envelope, state, checked_at) VALUES ({0}, {1}, {2}, {3}, {4}, {5}, 'Whole', {6}) ON CONFLICT (sha256) DO NOTHING",
                [id.Value, bytes.Sha256, bytes.Length, bytes.File, bytes.WrappedKey, bytes.Envelope, db.Time(now)], ct);
            if (await Locked(db, bytes.Sha256, ct) is { } blob)
            {
                return blob;
            }
        }
    }

    /// <summary>The row of this content under a lock, or null.</summary>
    internal static async Task<VaultBlob?> Locked(Db db, string sha256, CancellationToken ct) =>
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        (await db.VaultBlobs.FromSqlRaw($"SELECT * FROM vault_blobs WHERE sha256 = {{0}} {(db.Database.IsNpgsql() ? "FOR UPDATE" : "")}", sha256).ToListAsync(ct)).SingleOrDefault();
#pragma warning restore EF1002

    /// <summary>The row of this evidence under a lock, as it is now, or null.</summary>
    internal static async Task<VaultObject?> Locked(Db db, Id<VaultObject> id, CancellationToken ct)
    {
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        var kept = (await db.VaultObjects.FromSqlRaw($"SELECT * FROM vault_objects WHERE id = {{0}} {db.ForUpdate()}", id.Value).ToListAsync(ct)).SingleOrDefault();
#pragma warning restore EF1002
        if (kept is not null && db.Entry(kept).State is EntityState.Unchanged)
        {
            await db.Entry(kept).ReloadAsync(ct);
        }

        return kept;
    }

    private void InTransaction()
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("Evidence is kept in the transaction of the decision that needs it.");
        }
    }
}
