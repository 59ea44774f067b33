using System.Numerics;

namespace Jaga.Hashing;

/// <summary>
/// Compares the rows that one slot's table proposes with the query, and keeps each that is within the radius, unless a table
/// before it has proposed it too.
/// </summary>
internal readonly ref struct HammingHits
{
    /// <summary>How many rows are on their way from memory while one is compared.</summary>
    private const int Ahead = 16;

    private readonly HammingRows _rows;
    private readonly ReadOnlySpan<HammingSlot> _before;
    private readonly ReadOnlySpan<int> _thresholds;
    private readonly PdqHash _query;
    private readonly int _radius;
    private readonly List<Neighbour> _into;

    /// <param name="rows">What is proposed is rows of this.</param>
    /// <param name="before">The slots searched before.</param>
    /// <param name="thresholds">How far each slot is searched.</param>
    /// <param name="query">The hash to look round.</param>
    /// <param name="radius">The largest distance.</param>
    /// <param name="into">Where neighbours are appended.</param>
    internal HammingHits(
        HammingRows rows, ReadOnlySpan<HammingSlot> before, ReadOnlySpan<int> thresholds, in PdqHash query, int radius, List<Neighbour> into)
    {
        _rows = rows;
        _before = before;
        _thresholds = thresholds;
        _query = query;
        _radius = radius;
        _into = into;
    }

    /// <summary>Compares rows, and keeps those that are near.</summary>
    internal void Compare(ReadOnlySpan<uint> proposed)
    {
        for (var i = 0; i < proposed.Length; i++)
        {
            if (i + Ahead < proposed.Length)
                Memory.Prefetch(ref _rows[(int)proposed[i + Ahead]]);
            var row = (int)proposed[i];
            var distance = _rows[row].DistanceTo(_query);
            if (distance <= _radius && !ProposedBefore(row))
                _rows.Take(row, distance, _into);
        }
    }

    /// <summary>Told from the hash itself: nothing has to be remembered.</summary>
    private bool ProposedBefore(int row)
    {
        for (var i = 0; i < _before.Length; i++)
            if (BitOperations.PopCount(_before[i].KeyOf(_rows[row]) ^ _before[i].KeyOf(_query)) <= _thresholds[i])
                return true;
        return false;
    }
}
