using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;

namespace Jaga.Hashing;

/// <summary>
/// Digests of one length with their values, in order, and where each run of equal first bits begins: a lookup reads two or three
/// cache lines, whatever the number. Nothing is added; what is removed is marked.
/// </summary>
internal sealed class DigestTable
{
    /// <summary>Digests that begin with the same bits, where all are spread evenly.</summary>
    private const int RunLength = 8;

    private readonly int _length;
    private readonly int _shift;
    private readonly IndexMemory _starts;
    private readonly IndexMemory _digests;
    private readonly IndexMemory _values;
    private readonly ulong[] _removed;

    private DigestTable(int length, int count, IndexMemory starts, IndexMemory digests, IndexMemory values) =>
        (_length, _shift, Count, _starts, _digests, _values, _removed) = (length, 32 - BitsOf(count), count, starts, digests, values, new ulong[(count + 63) / 64]);

    /// <summary>Pairs of a digest and a value, removed ones too.</summary>
    internal int Count { get; }

    /// <summary>A table of pairs in any order; one that comes twice is kept once.</summary>
    /// <param name="length">Bytes of each digest.</param>
    /// <param name="digests">All digests, one behind the other.</param>
    /// <param name="values">A value for each.</param>
    internal static DigestTable Of(int length, byte[] digests, int[] values)
    {
        var order = Order(length, digests, values);
        var table = Empty(length, order.Length);
        for (var row = 0; row < order.Length; row++)
        {
            digests.AsSpan(order[row] * length, length).CopyTo(table.At(row));
            table._values.At<int>(row) = values[order[row]];
        }
        table.SetStarts();
        return table;
    }

    /// <summary>What two tables hold that is not marked as removed.</summary>
    internal static DigestTable Merged(DigestTable one, ulong[] removedOfOne, DigestTable other)
    {
        var merged = Empty(one._length, one.Count - removedOfOne.Sum(BitOperations.PopCount) + other.Count);
        var (left, right) = (0, 0);
        for (var row = 0; row < merged.Count; row++)
        {
            while (left < one.Count && IsMarked(removedOfOne, left))
                left++;
            var fromOne = right == other.Count || (left < one.Count && one.Before(left, other, right));
            var (from, at) = fromOne ? (one, left++) : (other, right++);
            from.At(at).CopyTo(merged.At(row));
            merged._values.At<int>(row) = from._values.At<int>(at);
        }
        merged.SetStarts();
        GC.KeepAlive((one._digests, other._digests));
        return merged;
    }

    /// <summary>Which pairs are removed at this moment, one bit each.</summary>
    internal ulong[] CopyOfRemoved() => [.. _removed];

    /// <summary>The values of a digest.</summary>
    internal ImmutableArray<int> Find(ReadOnlySpan<byte> digest)
    {
        ImmutableArray<int> found = [];
        for (var row = First(digest); row < Count && At(row).SequenceEqual(digest); row++)
            if (!IsMarked(_removed, row))
                found = found.Add(_values.At<int>(row));
        GC.KeepAlive(_digests); // and with it a mapped file
        return found;
    }

    /// <summary>Marks a pair as removed. One thread at a time.</summary>
    /// <returns>False where it is not there.</returns>
    internal bool Remove(ReadOnlySpan<byte> digest, int value)
    {
        for (var row = First(digest); row < Count && At(row).SequenceEqual(digest); row++)
            if (_values.At<int>(row) == value && !IsMarked(_removed, row))
            {
                Volatile.Write(ref _removed[row / 64], _removed[row / 64] | 1UL << (row % 64));
                return true;
            }
        return false;
    }

    /// <summary>All pairs that are not removed.</summary>
    internal IEnumerable<(byte[] Digest, int Value)> All()
    {
        for (var row = 0; row < Count; row++)
            if (!IsMarked(_removed, row))
                yield return (At(row).ToArray(), _values.At<int>(row));
    }

    /// <summary>Writes all pairs: those too that are marked as removed.</summary>
    internal void Save(IndexWriter file)
    {
        file.Number(Count);
        file.Section(_starts);
        file.Section(_digests);
        file.Section(_values);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static DigestTable Open(IndexReader file, int length)
    {
        var count = file.Number();
        return new(length, count, file.Section<uint>(StartsOf(count)), file.Section<byte>((long)count * length), file.Section<int>(count));
    }

    private static DigestTable Empty(int length, int count) => new(
        length, count, IndexMemory.Allocate(StartsOf(count) * sizeof(uint)), IndexMemory.Allocate((long)count * length), IndexMemory.Allocate((long)count * sizeof(int)));

    private static int BitsOf(int count) => Math.Max(1, BitOperations.Log2((uint)(count / RunLength) + 1));

    private static long StartsOf(int count) => (1L << BitsOf(count)) + 1;

    private static bool IsMarked(ulong[] removed, int row) => (Volatile.Read(ref removed[row / 64]) >> (row % 64) & 1) != 0;

    private Span<byte> At(int row) => _digests.Values<byte>((long)row * _length, _length);

    private static uint RunOf(ReadOnlySpan<byte> digest, int shift) => BinaryPrimitives.ReadUInt32BigEndian(digest) >> shift;

    // Halved within the run: whoever makes digests alike on purpose makes nothing slow.
    private int First(ReadOnlySpan<byte> digest)
    {
        var run = RunOf(digest, _shift);
        var (low, high) = ((int)_starts.At<uint>(run), (int)_starts.At<uint>(run + 1));
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).SequenceCompareTo(digest) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private bool Before(int row, DigestTable other, int otherRow)
    {
        var order = At(row).SequenceCompareTo(other.At(otherRow));
        return order < 0 || (order == 0 && _values.At<int>(row) < other._values.At<int>(otherRow));
    }

    // By counting into runs, and then within each.
    private static ReadOnlySpan<int> Order(int length, byte[] digests, int[] values)
    {
        var (order, starts) = (new int[values.Length], new int[StartsOf(values.Length)]);
        var shift = 32 - BitsOf(values.Length);
        for (var i = 0; i < values.Length; i++)
            starts[RunOf(Of(i), shift) + 1]++;
        for (var run = 1; run < starts.Length; run++)
            starts[run] += starts[run - 1];
        var next = starts.AsSpan(0, starts.Length - 1).ToArray();
        for (var i = 0; i < values.Length; i++)
            order[next[RunOf(Of(i), shift)]++] = i;
        Comparison<int> compare = (one, other) => Of(one).SequenceCompareTo(Of(other)) is not 0 and var by ? by : values[one].CompareTo(values[other]);
        for (var run = 0; run < next.Length; run++)
            order.AsSpan(starts[run]..starts[run + 1]).Sort(compare);

        var kept = 0;
        foreach (var one in order)
            if (kept == 0 || compare(order[kept - 1], one) != 0)
                order[kept++] = one;
        return order.AsSpan(0, kept);

        ReadOnlySpan<byte> Of(int at) => digests.AsSpan(at * length, length);
    }

    private void SetStarts()
    {
        var runs = StartsOf(Count) - 1;
        var row = 0;
        for (var run = 0L; run <= runs; run++)
        {
            while (row < Count && RunOf(At(row), _shift) < run)
                row++;
            _starts.At<uint>(run) = (uint)row;
        }
    }
}
