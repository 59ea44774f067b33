using Jaga.Banks;
using Jaga.Matching;

namespace Jaga.Items;

/// <summary>The fingerprints of an item by which its next copy is known, if it is decided to be illegal.</summary>
internal static class SeenSignals
{
    /// <param name="item">The item's row.</param>
    /// <param name="query">What was looked for in it; null where that is no longer known.</param>
    public static IReadOnlyList<NewSignal> Of(Item item, MatchQuery? query)
    {
        var seen = new List<NewSignal>();
        Digest(SignalType.Sha256, item.Sha256);
        Digest(SignalType.Md5, item.Md5);
        if (query is null)
        {
            return seen;
        }

        // The first frame of a film, a channel's intro perhaps, says nothing of the film.
        if (query.Film.Count > 0)
        {
            if (query.Film.Count <= SignalValue.MaxFrames && query.Film.Any(f => f.Pdq.Quality >= Bank.DefaultMinQuality))
            {
                var film = SignalValue.Of(query.Film);
                seen.Add(new(film.Type, film.Value, Content: film.Content));
            }
        }
        else if (item.Pdq is { } pdq && item.Quality >= Bank.DefaultMinQuality)
        {
            seen.Add(new(SignalType.Pdq, pdq, item.Quality));
        }

        // What is written beside a picture may be a greeting, and a link in a text may lead anywhere.
        if (item is { Outcome: "hashesOnly", Pdq: null } && query.Film.Count == 0 && seen.Count == 0)
        {
            seen.AddRange(query.TextBits is { } bits ? [new(SignalType.Text, bits.ToArray())]
                : query.TextDigest is { } text ? [new(SignalType.TextSha256, text.ToArray())]
                : query.KeysOf(SignalType.Url).Select(l => new NewSignal(SignalType.Url, l.ToArray())));
        }

        return seen;

        void Digest(SignalType type, byte[]? digest)
        {
            // Not of nothing: it would match every empty file.
            if (digest is not null && SignalValue.TryRead(type, Convert.ToHexString(digest), out _) is null)
            {
                seen.Add(new(type, digest));
            }
        }
    }
}
