using System.Security.Cryptography;
using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// Gives the vault another master key: every file's key is unwrapped and wrapped anew, and no file is touched. Runs beside the server. Interrupted, it goes on where it stopped.
/// </summary>
public sealed class RotateKeys(Db db, IEnumerable<IKeyEnvelope> envelopes, KeyFileEnvelope keyFiles, AuditLog audit)
{
    private const int Batch = 200;

    /// <param name="Envelope">Under which all keys are now.</param>
    /// <param name="Rewrapped">Keys that were wrapped anew.</param>
    /// <param name="Unopened">Those that could not be unwrapped; they stay as they are, each with the reason.</param>
    public sealed record Answer(string Envelope, long Rewrapped, IReadOnlyList<string> Unopened);

    /// <summary>Moves all keys to the newest envelope; where they are all under it already, makes a new key file first (unless a key command wraps).</summary>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    public async Task<Answer> Run(Actor actor, Action<double> progress, CancellationToken ct)
    {
        var target = envelopes.Last(e => e.IsActive);
        var name = target.Name;
        var waiting = await db.VaultBlobs.LongCountAsync(b => b.Envelope != name, ct);
        if (waiting == 0 && target is MasterKeyEnvelope or KeyFileEnvelope)
        {
            keyFiles.Make((await db.VaultBlobs.Select(b => b.Envelope).Distinct().ToListAsync(ct)).Select(KeyFileEnvelope.NumberOf).DefaultIfEmpty().Max());
            (target, name) = (keyFiles, ((IKeyEnvelope)keyFiles).Name);
            waiting = await db.VaultBlobs.LongCountAsync(b => b.Envelope != name, ct);
        }

        var (after, done, unopened) = (default(Id<VaultBlob>), 0L, new List<string>());
        while (true)
        {
            var some = await db.VaultBlobs.AsNoTracking().Where(b => b.Envelope != name && b.Id > after).OrderBy(b => b.Id).Take(Batch).ToListAsync(ct);
            if (some.Count == 0)
            {
                return new(name, done, unopened);
            }

            done += await Rewrap(some, target, name, unopened, actor, ct);
            after = some[^1].Id;
            progress(Math.Min(1, (done + unopened.Count) / (double)Math.Max(1, waiting)));
        }
    }

    private async Task<int> Rewrap(List<VaultBlob> some, IKeyEnvelope target, string name, List<string> unopened, Actor actor, CancellationToken ct)
    {
        // Unwrapped and wrapped before the transaction: a hardware module takes its time.
        var fresh = new Dictionary<Id<VaultBlob>, (byte[] Old, byte[] New)>();
        foreach (var blob in some)
        {
            byte[] key;
            try
            {
                var from = envelopes.FirstOrDefault(e => e.Opens(blob.Envelope)) ?? throw new CryptographicException($"'{blob.Envelope}' is not set up here.");
                key = await from.Unwrap(blob.File, blob.WrappedKey, ct);
            }
            catch (Exception failure) when (failure is CryptographicException or KeyUnavailable)
            {
                unopened.Add($"The key of the file {blob.File} does not open: {failure.Message}");
                continue;
            }

            fresh[blob.Id] = (blob.WrappedKey, await target.Wrap(blob.File, key, ct));
            CryptographicOperations.ZeroMemory(key);
        }

        await using var transaction = await db.Begin(ct);
        var changed = 0;
        foreach (var (id, (old, wrapped)) in fresh)
        {
            // Destroyed or replaced meanwhile: then it is not for us any more.
            changed += await db.VaultBlobs.Where(b => b.Id == id && b.WrappedKey == old).ExecuteUpdateAsync(set => set.SetProperty(b => b.WrappedKey, wrapped).SetProperty(b => b.Envelope, name), ct);
        }

        audit.Record(actor, "vault.rewrapped", new("vault", "keys"), $"to {name}", new { keys = changed });
        await transaction.Commit(ct);
        return changed;
    }
}
