using System.Numerics;
using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>
/// Hashes and their values, by row. One thread at a time appends and marks as removed; any number read meanwhile and see every
/// row that was appended before they asked for <see cref="Count"/>.
/// </summary>
internal sealed class HammingRows
{
    private readonly IndexMemory _hashes;
    private readonly IndexMemory _values;
    private readonly ulong[] _removed;
    private readonly int _capacity;
    private int _count;
    private int _removedCount;

    /// <summary>Room for so many rows, none filled.</summary>
    internal HammingRows(int capacity)
        : this(IndexMemory.Allocate((long)capacity * PdqHash.Bytes), IndexMemory.Allocate((long)capacity * sizeof(int)), new ulong[(capacity + 63) / 64], capacity) =>
        _count = 0;

    private HammingRows(IndexMemory hashes, IndexMemory values, ulong[] removed, int count) =>
        (_hashes, _values, _removed, _capacity, _count, _removedCount) = (hashes, values, removed, count, count, removed.Sum(BitOperations.PopCount));

    /// <summary>Rows appended, removed ones too.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Rows appended and not removed.</summary>
    internal int LiveCount => Count - Volatile.Read(ref _removedCount);

    /// <summary>Whether there is no room for another row.</summary>
    internal bool IsFull => Count == _capacity;

    /// <summary>Whether more rows are removed than not, so that it is worth writing those that are not elsewhere.</summary>
    internal bool IsMostlyRemoved => 2 * LiveCount < Count;

    /// <summary>The hash of a row below <see cref="Count"/>; not checked.</summary>
    internal ref PdqHash this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _hashes.At<PdqHash>(row);
    }

    /// <summary>Appends a row. There must be room.</summary>
    internal void Append(in PdqHash hash, int value)
    {
        _values.At<int>(_count) = value;
        this[_count] = hash;
        Volatile.Write(ref _count, _count + 1); // last: readers go by it
    }

    /// <summary>Appends the first rows of another part, except those marked in <paramref name="removed"/>.</summary>
    internal void AppendLive(HammingRows other, int count, ulong[] removed)
    {
        for (var row = 0; row < count; row++)
            if (!IsMarked(removed, row))
                Append(other[row], other._values.At<int>(row));
    }

    /// <summary>The same rows with room for as many again.</summary>
    internal HammingRows Enlarged()
    {
        var larger = new HammingRows(checked(_capacity * 2));
        _hashes.Values<PdqHash>(0, _count).CopyTo(larger._hashes.Values<PdqHash>(0, _count));
        _values.Values<int>(0, _count).CopyTo(larger._values.Values<int>(0, _count));
        _removed.CopyTo(larger._removed, 0);
        larger._removedCount = _removedCount;
        larger._count = _count;
        return larger;
    }

    /// <summary>Which rows are removed at this moment, one bit each.</summary>
    internal ulong[] CopyOfRemoved() => [.. _removed];

    /// <summary>How many rows are not marked in <paramref name="removed"/>.</summary>
    internal int LiveCountWith(ulong[] removed) => Count - removed.Sum(BitOperations.PopCount);

    /// <summary>Appends the row to <paramref name="into"/>, unless it is removed.</summary>
    internal void Take(int row, int distance, List<Neighbour> into)
    {
        if (!IsMarked(_removed, row))
            into.Add(new(_values.At<int>(row), this[row], distance));
    }

    /// <summary>Marks the row as removed where it has this hash and value and is not removed yet.</summary>
    internal bool RemoveAt(int row, in PdqHash hash, int value)
    {
        if (_values.At<int>(row) != value || this[row] != hash || IsMarked(_removed, row))
            return false;
        Volatile.Write(ref _removed[row / 64], _removed[row / 64] | 1UL << (row % 64));
        Volatile.Write(ref _removedCount, _removedCount + 1);
        return true;
    }

    /// <summary>Compares every row.</summary>
    internal void Scan(in PdqHash query, int radius, List<Neighbour> into)
    {
        var count = Count;
        for (var row = 0; row < count; row++)
        {
            var distance = this[row].DistanceTo(query);
            if (distance <= radius)
                Take(row, distance, into);
        }
    }

    /// <summary>Marks the first row with this hash and value as removed, comparing every row.</summary>
    internal bool Remove(in PdqHash hash, int value)
    {
        for (var row = 0; row < _count; row++)
            if (RemoveAt(row, hash, value))
                return true;
        return false;
    }

    /// <summary>Writes the first rows and what is removed of them.</summary>
    internal void Save(IndexWriter file, int count, ulong[] removed)
    {
        file.Number(count);
        file.Section(_hashes.Part(0, (long)count * PdqHash.Bytes));
        file.Section(_values.Part(0, (long)count * sizeof(int)));
        file.Section<ulong>(removed.AsSpan(0, (count + 63) / 64));
    }

    /// <summary>Reads what <see cref="Save"/> wrote. There is no room for more.</summary>
    internal static HammingRows Open(IndexReader file)
    {
        var count = file.Number();
        return new(file.Section<PdqHash>(count), file.Section<int>(count), file.Section<ulong>((count + 63) / 64).Values<ulong>(0, (count + 63) / 64).ToArray(), count);
    }

    private static bool IsMarked(ulong[] removed, int row) => (Volatile.Read(ref removed[row / 64]) >> (row % 64) & 1) != 0;
}
