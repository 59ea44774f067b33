using Microsoft.Extensions.Hosting;

namespace Jaga.Audit;

/// <summary>
/// Signs what the log holds now, keeps it as a row, and leaves a copy beside the database (<c>audit/checkpoint</c> in the data folder), so that a log that was
/// cut short or rewritten inside the database does not agree with what lies outside it. It refuses to sign a log that does not continue the last checkpoint.
/// </summary>
public sealed class SignCheckpoint(Db db, AuditTree tree, ICheckpointSigner signer, AuditSettings settings, StorageSettings storage, TimeProvider clock) : IRecurring
{
    /// <summary>How often a growing log is signed.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task<bool> Run(CancellationToken ct)
    {
        await Sign(ct);
        return false;
    }

    /// <summary>The checkpoint of the log as it is now, new if the log grew since the last one.</summary>
    /// <exception cref="AuditBroken">The log is not a continuation of what was signed before.</exception>
    public async Task<StoredCheckpoint> Sign(CancellationToken ct)
    {
        var last = await ReadCheckpoint.Latest(db, ct);
        var edge = (await db.Set<AuditHead>().AsNoTracking().SingleAsync(ct)).Edge();
        if (last?.Size == edge.Size)
        {
            await Publish(last.Note, ct);
            return last;
        }

        await RefuseBroken(last, edge, ct);
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

        await Publish(signed.Note, ct);
        return signed;
    }

    private async Task RefuseBroken(StoredCheckpoint? last, Frontier edge, CancellationToken ct)
    {
        if (last is null)
        {
            return;
        }

        if (last.Size > edge.Size)
        {
            throw new AuditBroken($"The audit log holds {edge.Size} lines, but {last.Size} were signed for. It was cut short; nothing more is signed.");
        }

        if (!(await tree.Root(last.Size, ct)).AsSpan().SequenceEqual(Checkpoint.Parse(SignedNote.Parse(last.Note).Text).Root))
        {
            throw new AuditBroken($"The first {last.Size} lines of the audit log are not those that were signed for. Run: jaga audit verify");
        }

        if (!(await tree.Root(edge.Size, ct)).AsSpan().SequenceEqual(edge.Root))
        {
            throw new AuditBroken("The audit log's lines and its head do not agree. Run: jaga audit verify");
        }
    }

    private async Task Publish(string note, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(storage.Data, "audit")).FullName;
        var (keys, key) = (Path.Combine(folder, "verifier"), signer.Verifier.ToString());
        var known = File.Exists(keys) ? await File.ReadAllTextAsync(keys, ct) : "";
        if (!known.Split('\n').Contains(key))
        {
            // Keys of the past stay: what they signed is still to be verified.
            await Durable.Write(keys, $"{known}{key}\n", ct);
        }

        await Durable.Write(Path.Combine(folder, "checkpoint"), note, ct);
    }

    internal static void Map(IEndpointRouteBuilder api) => api.MapPost("/audit/checkpoint", async (SignCheckpoint sign, CancellationToken ct) =>
        TypedResults.Text((await sign.Sign(ct)).Note, "text/plain; charset=utf-8"))
        .Requires(Permission.ReadAudit).WithSummary("Sign what the audit log holds now (C2SP checkpoint).");
}

/// <summary>The log no longer is what was signed before.</summary>
public sealed class AuditBroken(string sentence) : Exception(sentence);

/// <summary>Signs once more when the server stops, so that its last lines are covered.</summary>
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
