using System.Collections.Concurrent;
using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>Films, by their places: the index of their frames proposes, the whole films are compared.</summary>
internal sealed class FilmSignals
{
    private readonly HammingIndex _frames = new();
    private readonly ConcurrentDictionary<int, VpdqFingerprint> _films = new();

    public int Count => _films.Count;

    /// <summary>All films, for a snapshot.</summary>
    public IEnumerable<KeyValuePair<int, VpdqFingerprint>> All => _films;

    public void Add(VpdqFingerprint film, int place)
    {
        _films[place] = film;
        foreach (var frame in film)
        {
            _frames.Add(frame.Pdq.Hash, place);
        }
    }

    public void Remove(int place)
    {
        if (_films.TryRemove(place, out var film))
        {
            foreach (var frame in film)
            {
                _frames.Remove(frame.Pdq.Hash, place);
            }
        }
    }

    /// <summary>The film at a place; null where it was removed.</summary>
    public VpdqFingerprint? At(int place) => _films.GetValueOrDefault(place);

    /// <summary>The places of films that have a frame within the distance of one of the query's.</summary>
    /// <param name="leastQuality">Frames of the query below it are in no comparison.</param>
    public HashSet<int> Near(VpdqFingerprint query, int distance, int leastQuality)
    {
        var (places, near) = (new HashSet<int>(), new List<Neighbour>());
        foreach (var frame in query)
        {
            if (frame.Pdq.Quality >= leastQuality)
            {
                near.Clear();
                _frames.Find(frame.Pdq.Hash, distance, near);
                places.UnionWith(near.Select(n => n.Value));
            }
        }

        return places;
    }
}
