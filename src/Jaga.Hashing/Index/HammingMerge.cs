namespace Jaga.Hashing;

/// <summary>
/// Several parts of an index on their way to becoming one segment. What is removed from them in the meantime is noted, and
/// removed from the segment before it is used.
/// </summary>
internal sealed class HammingMerge
{
    /// <summary>A segment takes part when it has at most this many times the rows merged already.</summary>
    private const int Ratio = 8;

    private readonly HammingSegment[] _segments;
    private readonly HammingRows[] _sources;
    private readonly ulong[][] _removedBefore;
    private readonly List<(PdqHash Hash, int Value)> _removedSince = [];
    private HammingSegment? _built;

    private HammingMerge(HammingSegment[] segments, HammingRows[] closed)
    {
        _segments = segments;
        _sources = [.. closed, .. segments.Select(segment => segment.Rows)];
        _removedBefore = [.. _sources.Select(rows => rows.CopyOfRemoved())];
    }

    /// <summary>Whether the segment is there (or there was nothing left to put into one).</summary>
    internal bool IsBuilt { get; private set; }

    /// <summary>
    /// Chooses what to merge: all that is closed, what is mostly removed, and segments from the smallest on while they are not
    /// much larger than the rest. The caller keeps removals out until this returns.
    /// </summary>
    internal static HammingMerge Of(HammingSnapshot now)
    {
        var chosen = now.Segments.Where(segment => segment.Rows.IsMostlyRemoved).ToList();
        var rows = now.Closed.Sum(closed => (long)closed.LiveCount) + chosen.Sum(segment => (long)segment.Rows.LiveCount);
        foreach (var segment in now.Segments.Except(chosen).OrderBy(segment => segment.Rows.LiveCount).ToArray())
        {
            if (segment.Rows.LiveCount > Ratio * rows)
                break;
            chosen.Add(segment);
            rows += segment.Rows.LiveCount;
        }
        return new([.. chosen], now.Closed);
    }

    /// <summary>Tells of a removal while the merge is running. The caller holds the index's lock.</summary>
    internal void NoteRemoval(HammingRows from, in PdqHash hash, int value)
    {
        if (_sources.Contains(from))
            _removedSince.Add((hash, value));
    }

    /// <summary>Builds the segment. Runs beside queries, additions and removals.</summary>
    internal void Build(int bytesPerHash, int processors)
    {
        var rows = new HammingRows(_sources.Select((source, i) => source.LiveCountWith(_removedBefore[i])).Sum());
        for (var i = 0; i < _sources.Length; i++)
            rows.AppendLive(_sources[i], _sources[i].Count, _removedBefore[i]);
        if (rows.Count > 0)
            _built = new(rows, bytesPerHash, processors);
        IsBuilt = true;
    }

    /// <summary>
    /// The snapshot with the segment in place of what it was made of; unchanged where it could not be built. The caller holds
    /// the index's lock.
    /// </summary>
    internal HammingSnapshot AppliedTo(HammingSnapshot now)
    {
        if (!IsBuilt)
            return now;
        foreach (var (hash, value) in _removedSince)
            _built?.Remove(hash, value);
        return now with
        {
            Segments = [.. now.Segments.Except(_segments), .. _built is null ? [] : new[] { _built }],
            Closed = [.. now.Closed.Except(_sources)],
        };
    }
}
