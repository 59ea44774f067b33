using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Jaga.People;

/// <summary>
/// Verifies API keys without asking the database for each request: a key's row is believed for five seconds, so a key that was
/// revoked on another node stops working within that time, on this one at once.
/// </summary>
public sealed class KnownKeys(IServiceScopeFactory scopes, MasterKey master, TimeProvider clock)
{
    /// <summary>How long a row is believed.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Known> _known = [];
    private readonly byte[] _pepper = master.Derive(ApiKey.Purpose);

    /// <summary>Who bears <paramref name="text"/>, or null when it is not a key that works.</summary>
    public async ValueTask<Presence?> Recognise(string text, CancellationToken ct)
    {
        if (!ApiKey.TryPart(text, out var prefix, out var secret))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (!_known.TryGetValue(prefix, out var known) || now - known.ReadAt > Fresh)
        {
            known = await Read(prefix, now, ct);
        }

        return known is not null && known.Key.Works(now) && CryptographicOperations.FixedTimeEquals(known.Key.Hash, ApiKey.Digest(_pepper, secret)) ? known.Presence : null;
    }

    /// <summary>Asks the database again at the next request.</summary>
    public void Forget(ApiKey key) => _known.TryRemove(key.Prefix, out _);

    private async Task<Known?> Read(string prefix, DateTimeOffset now, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        if (await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Prefix == prefix, ct) is not { } key)
        {
            // Only keys that exist are remembered, so that guesses cannot fill the memory.
            _known.TryRemove(prefix, out _);
            return null;
        }

        if (key.Works(now) && (key.UsedAt is null || now - key.UsedAt >= ApiKey.UsedGrain))
        {
            using var turn = await db.WriteAlone(ct);
            await db.ApiKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.UsedAt, now), ct);
        }

        return _known[prefix] = new(key, Presence.Of(key), now);
    }

    private sealed record Known(ApiKey Key, Presence Presence, DateTimeOffset ReadAt);
}
