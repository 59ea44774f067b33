using Microsoft.Extensions.Hosting;

namespace Jaga.Audit;

/// <summary>
/// Signs what the log holds now, keeps it as a row, and leaves a copy beside the database (<c>audit/checkpoint</c> in the data folder), so that a log that was
/// cut short or rewritten inside the database does not agree with what lies outside it. It refuses to sign a log that does not continue the last checkpoint, in the database or beside it.
/// </summary>
public sealed class SignCheckpoint(Db db, AuditTree tree, ICheckpointSigner signer, AuditSettings settings, StorageSettings storage, IEnumerable<IOnAuditBroken> rooms, TimeProvider clock) : IRecurring
{
    /// <summary>How often a growing log is signed.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private string Folder => Path.Combine(storage.Data, "audit");

    public async Task<bool> Run(CancellationToken ct)
    {
        try
        {
            await Sign(ct);
        }
        catch (AuditBroken broken)
        {
            foreach (var room in rooms)
            {
                await room.Run(broken.Message, ct);
            }

            throw;
        }

        return false;
    }

    /// <summary>The checkpoint of the log as it is now, new if the log grew since the last one.</summary>
    /// <exception cref="AuditBroken">The log is not a continuation of what was signed before.</exception>
    public async Task<StoredCheckpoint> Sign(CancellationToken ct)
    {
        // Read before the log: another node may sign and publish meanwhile, and the log only grows.
        var published = await Published(ct);
        var last = await ReadCheckpoint.Latest(db, ct);
        var edge = (await db.Set<AuditHead>().AsNoTracking().SingleAsync(ct)).Edge();
        if (published is { } beside)
        {
            await RefuseBroken(beside.Checkpoint, $"were signed for in {PathOf("checkpoint")}", edge, ct);
        }

        if (last?.Size == edge.Size)
        {
            await Publish(last, published, ct);
            return last;
        }

        if (last is not null)
        {
            await RefuseBroken(Checkpoint.Parse(SignedNote.Parse(last.Note).Text), "were signed for", edge, ct);
            if (!(await tree.Root(edge.Size, ct)).AsSpan().SequenceEqual(edge.Root))
            {
                throw new AuditBroken("The audit log's lines and its head do not agree. Run: jaga audit verify");
            }
        }

        var text = new Checkpoint(settings.Origin, edge.Size, edge.Root).ToString();
        var signed = new StoredCheckpoint { Size = edge.Size, At = clock.GetUtcNow(), Note = new SignedNote(text, [await signer.Sign(text, ct)]).ToString() };
        db.Add(signed);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException twice) when (twice.IsDuplicate())
        {
            // Another node signed the same size in the same moment; its checkpoint is as good.
            db.Entry(signed).State = EntityState.Detached;
            signed = await db.AuditCheckpoints.AsNoTracking().SingleAsync(c => c.Size == edge.Size, ct);
        }

        await Publish(signed, published, ct);
        return signed;
    }

    private async Task RefuseBroken(Checkpoint before, string where, Frontier edge, CancellationToken ct)
    {
        if (before.Size > edge.Size)
        {
            throw new AuditBroken($"The audit log holds {edge.Size} lines, but {before.Size} {where}. It was cut short, or an older copy of the database was put in its place; nothing more is signed.");
        }

        if (!(before.Size == edge.Size ? edge.Root : await tree.Root(before.Size, ct)).AsSpan().SequenceEqual(before.Root))
        {
            throw new AuditBroken($"The first {before.Size} lines of the audit log are not those that {where}. Run: jaga audit verify");
        }
    }

    // What lies beside the database; null before the first one.
    private async Task<(string Note, Checkpoint Checkpoint)?> Published(CancellationToken ct)
    {
        if (!File.Exists(PathOf("checkpoint")))
        {
            return null;
        }

        var note = await File.ReadAllTextAsync(PathOf("checkpoint"), ct);
        try
        {
            return (note, Checkpoint.Parse(SignedNote.Parse(note).Text));
        }
        catch (FormatException unreadable)
        {
            throw new AuditBroken($"{PathOf("checkpoint")} is no checkpoint any more: somebody altered it. {unreadable.Message} Find out who, compare the log with a copy that is kept elsewhere, then move the file aside; nothing is signed before.");
        }
    }

    private async Task Publish(StoredCheckpoint signed, (string Note, Checkpoint Checkpoint)? published, CancellationToken ct)
    {
        Directory.CreateDirectory(Folder);
        var (keys, key) = (PathOf("verifier"), signer.Verifier.ToString());
        var known = File.Exists(keys) ? await File.ReadAllTextAsync(keys, ct) : "";
        if (!known.Split('\n').Contains(key))
        {
            // Keys of the past stay: what they signed is still to be verified.
            await Durable.Write(keys, $"{known}{key}\n", ct);
        }

        // Another node of this folder may have been faster: what covers more lines stays.
        if (published is not { } there || (there.Checkpoint.Size <= signed.Size && there.Note != signed.Note))
        {
            await Durable.Write(PathOf("checkpoint"), signed.Note, ct);
        }
    }

    private string PathOf(string name) => Path.Combine(Folder, name);

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/audit/checkpoint", async (SignCheckpoint sign, CancellationToken ct) =>
        TypedResults.Text((await sign.Sign(ct)).Note, "text/plain; charset=utf-8"))
        .Requires(Permission.ReadAudit).WithSummary("Sign what the audit log holds now (C2SP checkpoint)");
}

/// <summary>A room above that tells people when the log no longer is what was signed before.</summary>
public interface IOnAuditBroken
{
    /// <summary>Called at each turn that finds it so, outside of any transaction.</summary>
    Task Run(string sentence, CancellationToken ct);
}

/// <summary>The log no longer is what was signed before.</summary>
public sealed class AuditBroken(string sentence) : Exception(sentence);

/// <summary>Signs once more when the server stops, so that what was done until then is covered. What ends after it, e.g. a job in hand, the next start signs.</summary>
public sealed class SignAtShutdown(IServiceScopeFactory scopes, ILogger<SignAtShutdown> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<SignCheckpoint>().Sign(cancellationToken);
        }
        catch (Exception failure)
        {
            // The lines are safe in the database, and the next start signs them.
            logger.LogError(failure, "The last lines of the audit log could not be signed at the stop");
        }
    }
}
