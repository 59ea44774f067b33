using System.Collections.Concurrent;
using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>What a key of the match service may ask. <c>Jaga__Ask__…</c></summary>
public sealed record AskSettings
{
    /// <summary>Things that a key may ask about in a day (UTC), over all nodes.</summary>
    public int PerDay { get; init; } = 100_000;

    /// <summary>Things that a key may ask about in a minute, on one node.</summary>
    public int PerMinute { get; init; } = 1_200;

    /// <summary>The names of the banks that answers come from; empty for all that hold or open cases. Some lists' terms allow no answers to others.</summary>
    public IReadOnlyList<string> Banks { get; init; } = [];

    /// <summary>Bits by which two different PDQ hashes may differ and be taken for steps of one walk.</summary>
    public int WalkDistance { get; init; } = 12;

    /// <summary>Different hashes so near to a new one, among the last 1,024 of the key, that make it a walk.</summary>
    public int WalkSteps { get; init; } = 24;

    /// <summary>How long a key that walks is refused.</summary>
    public TimeSpan WalkPause { get; init; } = TimeSpan.FromHours(1);

    internal IEnumerable<string> Wrong()
    {
        if (PerDay < 1 || PerMinute < 1)
        {
            yield return $"Ask:PerDay is {PerDay} and Ask:PerMinute {PerMinute}. They take 1 or more.";
        }

        if (WalkDistance is < 1 or > 63 || WalkSteps is < 2 or > 1000 || WalkPause < TimeSpan.Zero)
        {
            yield return $"Ask:WalkDistance is {WalkDistance}, Ask:WalkSteps {WalkSteps}, Ask:WalkPause {WalkPause}. They take 1 to 63 bits, 2 to 1,000 steps, and zero or more.";
        }
    }
}

/// <summary>
/// How fast a key asks, and whether it walks: asks about one hash changed a little again and again, to feel out where the edge of what is known lies and so what the
/// list holds. In this process's memory; the day's budget is in the database.
/// </summary>
public sealed class AskLimits(AskSettings settings, TimeProvider clock)
{
    /// <summary>How many of a key's latest hashes are remembered.</summary>
    private const int Remembered = 1024;

    private readonly ConcurrentDictionary<string, Asker> _askers = [];

    /// <summary>Counts what is asked.</summary>
    /// <returns>Whether this very request is found to be a step of a walk: it is to be refused and told of.</returns>
    /// <exception cref="TooMany">It is too fast, or the key walked a while ago.</exception>
    internal bool Walks(string key, int count, IEnumerable<PdqHash> hashes)
    {
        var (asker, now) = (_askers.GetOrAdd(key, _ => new()), clock.GetUtcNow());
        lock (asker)
        {
            if (asker.RefusedUntil > now)
            {
                throw new TooMany("This key asked about many hashes that are almost alike, and is refused for a while. The desk has been told.", asker.RefusedUntil - now);
            }

            asker.Minute = now - asker.Minute.Since >= TimeSpan.FromMinutes(1) ? (now, count) : (asker.Minute.Since, asker.Minute.Count + count);
            if (asker.Minute.Count > settings.PerMinute)
            {
                throw new TooMany($"A key may ask about {settings.PerMinute:N0} things in a minute.", asker.Minute.Since + TimeSpan.FromMinutes(1) - now);
            }

            foreach (var hash in hashes)
            {
                // The same again is no walk: a picture is uploaded many times.
                var near = 0;
                var same = false;
                foreach (var before in asker.Latest)
                {
                    var distance = before.DistanceTo(hash);
                    (near, same) = (near + (distance > 0 && distance <= settings.WalkDistance ? 1 : 0), same || distance == 0);
                }

                if (!same)
                {
                    asker.Latest.Enqueue(hash);
                    _ = asker.Latest.Count > Remembered && asker.Latest.TryDequeue(out _);
                    if (near >= settings.WalkSteps)
                    {
                        asker.RefusedUntil = now + settings.WalkPause;
                        return true;
                    }
                }
            }

            return false;
        }
    }

    private sealed class Asker
    {
        public Queue<PdqHash> Latest { get; } = [];

        public (DateTimeOffset Since, int Count) Minute { get; set; }

        public DateTimeOffset RefusedUntil { get; set; }
    }
}
