using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>
/// Compares the rows that tables propose with the query, many at a time, and keeps each that is within the radius once, however
/// many tables propose it.
/// </summary>
internal ref struct HammingHits
{
    /// <summary>Rows that are always welcome after <see cref="MakeRoom"/>.</summary>
    internal const int Room = 256;

    private readonly HammingRows _rows;
    private readonly HammingSlot[] _slots;
    private readonly ReadOnlySpan<int> _thresholds;
    private readonly PdqHash _query;
    private readonly int _radius;
    private readonly List<Neighbour> _into;
    private readonly Span<uint> _candidates;
    private int _count;
    private int _slot;

    /// <param name="rows">What the candidates are rows of.</param>
    /// <param name="layout">The tables' layout.</param>
    /// <param name="query">The hash to look round.</param>
    /// <param name="radius">The largest distance.</param>
    /// <param name="candidates">Room for a number of candidates, more than <see cref="Room"/>.</param>
    /// <param name="into">Where neighbours are appended.</param>
    internal HammingHits(HammingRows rows, HammingLayout layout, in PdqHash query, int radius, Span<uint> candidates, List<Neighbour> into)
    {
        _rows = rows;
        _slots = layout.Slots;
        _thresholds = layout.Thresholds(radius);
        (_query, _radius) = (query, radius);
        _candidates = candidates;
        _into = into;
    }

    /// <summary>Where to write the next candidates: <see cref="Room"/> at least.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<uint> MakeRoom()
    {
        if (_candidates.Length - _count < Room)
            Compare();
        return _candidates[_count..];
    }

    /// <summary>Counts in so many candidates that were written.</summary>
    internal void Keep(int count) => _count += count;

    /// <summary>Compares the candidates of one slot and goes on to the next.</summary>
    internal void EndSlot()
    {
        Compare();
        _slot++;
    }

    private void Compare()
    {
        foreach (var row in _candidates[.._count])
        {
            var distance = _rows[(int)row].DistanceTo(_query);
            if (distance <= _radius && !FoundBefore((int)row))
                _rows.Take((int)row, distance, _into);
        }
        _count = 0;
    }

    /// <summary>Whether an earlier slot has proposed this row. Told from the hash itself: nothing has to be remembered.</summary>
    private readonly bool FoundBefore(int row)
    {
        for (var i = 0; i < _slot; i++)
            if (System.Numerics.BitOperations.PopCount(_slots[i].KeyOf(_rows[row]) ^ _slots[i].KeyOf(_query)) <= _thresholds[i])
                return true;
        return false;
    }
}
