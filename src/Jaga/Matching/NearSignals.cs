using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>
/// Signals of 256 bits, by their places, in two indexes: those of banks that ask no farther than the index answers fast, and those of banks that do.
/// One far bank so costs a comparison with its own signals, and not with everybody's.
/// </summary>
/// <remarks>
/// <code>
/// a bank asks    0 ……… 31 bits  →  near: found by the bands of the hash, a few memory accesses a query, however many signals
///               32 ……… 63 bits  →  far: no band need be equal so far away, so each signal of these banks is compared, one after the other
/// </code>
/// A bank whose distance is changed across the line changes over with all its signals (<see cref="Known.Moving"/>, <see cref="Known.Move"/>).
/// </remarks>
internal sealed class NearSignals
{
    private HammingIndex _near = new();
    private HammingIndex _far = new();

    /// <summary>Signals in both.</summary>
    public int Count => _near.Count + _far.Count;

    /// <summary>Whether a bank that asks this far belongs to the far ones.</summary>
    public static bool IsFar(int distance) => distance > HammingIndex.DesignRadius;

    public void Add(in PdqHash hash, int place, bool far) => (far ? _far : _near).Add(hash, place);

    /// <summary>Takes the place of what is empty: many at once, built on all processors.</summary>
    public void Fill(ReadOnlySpan<PdqHash> near, ReadOnlySpan<int> nearPlaces, ReadOnlySpan<PdqHash> far, ReadOnlySpan<int> farPlaces) =>
        (_near, _far) = (new(near, nearPlaces), new(far, farPlaces));

    /// <summary>The places that hold this hash.</summary>
    public IEnumerable<int> Places(PdqHash hash) => _near.Find(hash, 0).Concat(_far.Find(hash, 0)).Select(n => n.Value).Distinct();

    public void Remove(in PdqHash hash, int place)
    {
        _near.Remove(hash, place);
        _far.Remove(hash, place);
    }

    /// <summary>Moves a signal, so that it is in one of both at every moment, and for a moment in both.</summary>
    public void Move(in PdqHash hash, int place, bool far)
    {
        var (from, to) = far ? (_near, _far) : (_far, _near);
        if (from.Find(hash, 0).Exists(n => n.Value == place))
        {
            to.Add(hash, place);
            from.Remove(hash, place);
        }
    }

    /// <summary>Appends every signal within the distance that may be meant, and perhaps far ones beyond what their bank asks.</summary>
    /// <param name="widest">The farthest that any bank asks.</param>
    public void Find(in PdqHash hash, int widest, List<Neighbour> into)
    {
        _near.Find(hash, Math.Min(widest, HammingIndex.DesignRadius), into);
        if (_far.Count > 0)
        {
            _far.Find(hash, widest, into);
        }
    }

    /// <summary>Writes both to files in a folder.</summary>
    public (Task Near, Task Far) Save(string folder, string name, CancellationToken ct) =>
        (_near.SaveAsync(Path.Combine(folder, $"{name}.near"), default, ct), _far.SaveAsync(Path.Combine(folder, $"{name}.far"), default, ct));

    /// <summary>Takes both from the files.</summary>
    /// <exception cref="IOException">One is not there.</exception>
    /// <exception cref="InvalidDataException">One cannot be believed.</exception>
    public void Open(string folder, string name) =>
        (_near, _far) = (HammingIndex.Open(Path.Combine(folder, $"{name}.near"), out _), HammingIndex.Open(Path.Combine(folder, $"{name}.far"), out _));
}
