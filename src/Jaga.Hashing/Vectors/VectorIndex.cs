using System.Numerics;
using System.Runtime.Intrinsics;

namespace Jaga.Hashing;

/// <summary>
/// Every vector of 144 bytes within a Euclidean distance of a query: exact. For perceptual hashes that others compute and exchanges hand out; nothing here
/// computes one.
/// </summary>
/// <remarks>
/// <para>
/// Each vector is cut into eight parts of 18 bytes, and the sum of each part is kept beside it. By the inequality of Cauchy and Schwarz the squared distance
/// of two vectors is at least the sum over the parts of the squared difference of sums, divided by 18. So a query reads 16 bytes of each vector and looks at
/// the other 144 only where that bound is within the radius.
/// </para>
/// <para>
/// One writer at a time; any number of threads may look meanwhile, and wait for nothing. A place that was removed stays in memory, 164 bytes, until a new
/// index is made.
/// </para>
/// </remarks>
public sealed class VectorIndex
{
    /// <summary>Bytes in a vector.</summary>
    public const int Bytes = 144;

    private const int Parts = 8, PartBytes = Bytes / Parts, BlockSize = 1 << 14;

    private readonly Lock _writing = new();
    private volatile Block[] _blocks = [];
    private int _end;
    private int _count;

    /// <summary>Vectors in the index.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All vectors with their values, in the order they were added. What is added or removed meanwhile may be among them or not.</summary>
    public IEnumerable<(ReadOnlyMemory<byte> Vector, int Value)> All =>
        from block in _blocks
        from at in Enumerable.Range(0, Volatile.Read(ref block.Used))
        let value = Volatile.Read(ref block.Values[at])
        where value != Block.Removed
        select ((ReadOnlyMemory<byte>)block.Vectors.AsMemory(at * Bytes, Bytes), value);

    /// <summary>Adds a vector with a value of the caller's, 0 or more; every query that starts after this returns finds it.</summary>
    /// <exception cref="ArgumentException">The vector has not 144 bytes, or the value is negative.</exception>
    public void Add(ReadOnlySpan<byte> vector, int value)
    {
        Check(vector);
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        lock (_writing)
        {
            if (_end == _blocks.Length * BlockSize)
                _blocks = [.. _blocks, new Block()];
            var (block, at) = (_blocks[^1], _end % BlockSize);
            vector.CopyTo(block.Vectors.AsSpan(at * Bytes));
            Sums(vector, block.Sums.AsSpan(at * Parts, Parts));
            block.Values[at] = value;
            Volatile.Write(ref block.Used, at + 1); // last: a reader sees nothing that is not written
            _end++;
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>Removes a vector; no query that starts after this returns finds it.</summary>
    /// <returns>False where the pair was not there.</returns>
    /// <exception cref="ArgumentException">The vector has not 144 bytes.</exception>
    public bool Remove(ReadOnlySpan<byte> vector, int value)
    {
        Check(vector);
        lock (_writing)
        {
            foreach (var block in _blocks)
                for (var at = block.Values.AsSpan(0, block.Used).IndexOf(value); at >= 0;)
                {
                    if (block.Vector(at).SequenceEqual(vector))
                    {
                        Volatile.Write(ref block.Values[at], Block.Removed);
                        Volatile.Write(ref _count, _count - 1);
                        return true;
                    }
                    at = block.Values.AsSpan(at + 1, block.Used - at - 1).IndexOf(value) is >= 0 and var next ? at + 1 + next : -1;
                }
            return false;
        }
    }

    /// <summary>Appends every vector within the radius to a list, in no particular order.</summary>
    /// <param name="query">144 bytes.</param>
    /// <param name="radius">The largest Euclidean distance, 0 or more.</param>
    /// <param name="into">Where neighbours are appended; what it holds already stays.</param>
    /// <exception cref="ArgumentException">The query has not 144 bytes, or the radius is negative or no number.</exception>
    public void Find(ReadOnlySpan<byte> query, double radius, List<VectorNeighbour> into)
    {
        Check(query);
        ArgumentNullException.ThrowIfNull(into);
        if (!(radius >= 0))
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "A radius is 0 or more.");

        var most = (long)Math.Floor(Math.Min(radius * radius, int.MaxValue));
        var bound = (int)Math.Min(most * PartBytes, int.MaxValue);
        Span<short> sums = stackalloc short[Parts];
        Sums(query, sums);
        foreach (var block in _blocks)
        {
            var used = Volatile.Read(ref block.Used);
            for (var at = 0; at < used; at++)
            {
                if (Difference(sums, block.Sums.AsSpan(at * Parts, Parts)) > bound)
                    continue;
                var distance = Distance(query, block.Vector(at));
                if (distance <= most && Volatile.Read(ref block.Values[at]) is var value and not Block.Removed)
                    into.Add(new(value, Math.Sqrt(distance)));
            }
        }
    }

    /// <summary>The Euclidean distance of two vectors.</summary>
    /// <exception cref="ArgumentException">One of them has not 144 bytes.</exception>
    public static double DistanceBetween(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        Check(one);
        Check(other);
        return Math.Sqrt(Distance(one, other));
    }

    private static void Check(ReadOnlySpan<byte> vector)
    {
        if (vector.Length != Bytes)
            throw new ArgumentException($"A vector has {Bytes} bytes, not {vector.Length}.", nameof(vector));
    }

    private static void Sums(ReadOnlySpan<byte> vector, Span<short> sums)
    {
        for (var part = 0; part < Parts; part++)
        {
            var sum = 0;
            foreach (var one in vector.Slice(part * PartBytes, PartBytes))
                sum += one;
            sums[part] = (short)sum;
        }
    }

    // At most 8 · 4590², which fits.
    private static int Difference(ReadOnlySpan<short> one, ReadOnlySpan<short> other)
    {
        var difference = Vector128.Subtract(
            Vector128.Create(one), Vector128.Create(other));
        var (low, high) = Vector128.Widen(difference);
        return Vector128.Sum((low * low) + (high * high));
    }

    private static int Distance(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var sum = 0;
        var at = 0;
        for (; at + Vector<byte>.Count <= Bytes; at += Vector<byte>.Count)
        {
            var (left, right) = (new Vector<byte>(one[at..]), new Vector<byte>(other[at..]));
            Vector.Widen(Vector.Max(left, right) - Vector.Min(left, right), out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            sum += (int)Vector.Sum((first * first) + (second * second) + (third * third) + (fourth * fourth));
        }
        for (; at < Bytes; at++)
            sum += (one[at] - other[at]) * (one[at] - other[at]);
        return sum;
    }

    private sealed class Block
    {
        public const int Removed = -1;

        public readonly byte[] Vectors = GC.AllocateUninitializedArray<byte>(BlockSize * Bytes);
        public readonly short[] Sums = new short[BlockSize * Parts];
        public readonly int[] Values = new int[BlockSize];
        public int Used;

        public ReadOnlySpan<byte> Vector(int at) => Vectors.AsSpan(at * Bytes, Bytes);
    }
}
