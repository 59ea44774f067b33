using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jaga.Hashing;

/// <summary>
/// The 64 × 64 smoothed samples of a picture, and its quality. Down first, one row of pixel sums a sample row; then along
/// that row while it is in the cache.
/// </summary>
/// <remarks>
/// Every sum is taken in one fixed order and without fused multiplications, so that each processor, vector width and the
/// scalar twin give the same bits. Up to 2,048 pixels a side all sums of grey pixels are whole numbers that a
/// <see cref="float"/> holds exactly, and the order does not even matter.
/// </remarks>
internal static class PdqSamples
{
    private const int Side = PdqBands.Samples;

    /// <summary>Zeros after a row: the last bands' padding reads them, times zero.</summary>
    private const int RowPadding = 16;

    /// <summary>What the reference divides the sum of all steps by.</summary>
    private const int StepsOfOneHundredth = 90;

    /// <summary>
    /// Fills 64 × 64 samples, 0 to 255, row by row. <paramref name="channels"/> is 1 (luma) or 3 (red, green, blue).
    /// With <paramref name="scalar"/> the vector instructions are left alone; the result is the same.
    /// </summary>
    internal static void Fill(ReadOnlySpan<byte> pixels, int width, int height, int stride, int channels, Span<float> samples, bool scalar)
    {
        var down = PdqBands.For(height, 1);
        var along = PdqBands.For(width, channels);
        var rowLength = width * channels;
        var buffer = ArrayPool<float>.Shared.Rent(rowLength + RowPadding);
        try
        {
            var row = buffer.AsSpan(0, rowLength + RowPadding);
            row[rowLength..].Clear();
            for (var i = 0; i < Side; i++)
            {
                if (scalar)
                    SumDownScalar(pixels, stride, down, i, row[..rowLength]);
                else
                    SumDown(pixels, stride, down, i, row[..rowLength]);
                var sampleRow = samples.Slice(i * Side, Side);
                if (scalar)
                    SumAlongScalar(row, along, down.Totals[i], sampleRow);
                else
                    SumAlong(row, along, down.Totals[i], sampleRow);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// The reference's quality, 0 to 100: the steps between neighbouring samples, in whole hundredths of the range, added up.
    /// </summary>
    internal static int Quality(ReadOnlySpan<float> samples, bool scalar)
    {
        const int Enough = 100 * StepsOfOneHundredth;
        var steps = 0;
        for (var i = 0; i < Side && steps < Enough; i++)
        {
            var row = samples.Slice(i * Side, Side);
            steps += Steps(row[..^1], row[1..], scalar);
            if (i > 0)
                steps += Steps(samples.Slice((i - 1) * Side, Side), row, scalar);
        }
        return Math.Min(100, steps / StepsOfOneHundredth);
    }

    private static int Steps(ReadOnlySpan<float> from, ReadOnlySpan<float> to, bool scalar)
    {
        var steps = 0;
        var at = 0;
        if (!scalar)
        {
            Vector<int> lanes = default;
            for (; at <= from.Length - Vector<float>.Count; at += Vector<float>.Count)
            {
                var step = (new Vector<float>(from[at..]) - new Vector<float>(to[at..])) * new Vector<float>(100) / new Vector<float>(255);
                lanes += Vector.Abs(Vector.ConvertToInt32Native(step));
            }
            steps = Vector.Sum(lanes);
        }
        for (; at < from.Length; at++)
            steps += Math.Abs((int)((from[at] - to[at]) * 100 / 255));
        return steps;
    }

    private static void SumDown(ReadOnlySpan<byte> pixels, int stride, PdqBands down, int sample, Span<float> row)
    {
        var block = Vector<byte>.Count;
        if (row.Length < block)
        {
            SumDownScalar(pixels, stride, down, sample, row);
            return;
        }
        ref var top = ref Unsafe.Add(ref MemoryMarshal.GetReference(pixels), (nint)down.Starts[sample] * stride);
        ref var to = ref MemoryMarshal.GetReference(row);
        for (var column = 0; ;)
        {
            if (down.NarrowTaps[sample] > 0)
                SumBlockNarrow(ref Unsafe.Add(ref top, column), stride, down, sample, ref Unsafe.Add(ref to, column));
            else
                SumBlock(ref Unsafe.Add(ref top, column), stride, down, sample, ref Unsafe.Add(ref to, column));
            if (column == row.Length - block)
                return;
            column = Math.Min(column + block, row.Length - block); // the last block overlaps the one before it
        }
    }

    /// <summary>Sums in 16 bits as far as they hold the sum, which is then carried on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumBlockNarrow(ref byte top, int stride, PdqBands down, int sample, ref float to)
    {
        ref var weights = ref down.NarrowWeights[sample * down.Width];
        var (count, taps) = (down.Counts[sample], down.NarrowTaps[sample]);
        Vector<float> a = default, b = default, c = default, d = default;
        for (nint k = 0; k < count;)
        {
            Vector<ushort> low = default, high = default;
            for (var end = Math.Min(k + taps, count); k < end; k++)
            {
                var weight = new Vector<ushort>(Unsafe.Add(ref weights, k));
                Vector.Widen(Vector.LoadUnsafe(ref Unsafe.Add(ref top, k * stride)), out var pixelsLow, out var pixelsHigh);
                low += pixelsLow * weight;
                high += pixelsHigh * weight;
            }
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            a += Vector.ConvertToSingle(first.As<uint, int>());
            b += Vector.ConvertToSingle(second.As<uint, int>());
            c += Vector.ConvertToSingle(third.As<uint, int>());
            d += Vector.ConvertToSingle(fourth.As<uint, int>());
        }
        Store(a, b, c, d, ref to);
    }

    /// <summary>Sums in floating point, for any weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumBlock(ref byte top, int stride, PdqBands down, int sample, ref float to)
    {
        ref var weights = ref down.Weights[sample * down.Width];
        var count = down.Counts[sample];
        Vector<float> a = default, b = default, c = default, d = default;
        for (nint k = 0; k < count; k++)
        {
            var weight = new Vector<float>(Unsafe.Add(ref weights, k));
            Vector.Widen(Vector.LoadUnsafe(ref Unsafe.Add(ref top, k * stride)), out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            a += Vector.ConvertToSingle(first.As<uint, int>()) * weight;
            b += Vector.ConvertToSingle(second.As<uint, int>()) * weight;
            c += Vector.ConvertToSingle(third.As<uint, int>()) * weight;
            d += Vector.ConvertToSingle(fourth.As<uint, int>()) * weight;
        }
        Store(a, b, c, d, ref to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> a, Vector<float> b, Vector<float> c, Vector<float> d, ref float to)
    {
        a.StoreUnsafe(ref to);
        b.StoreUnsafe(ref to, (nuint)Vector<float>.Count);
        c.StoreUnsafe(ref to, (nuint)Vector<float>.Count * 2);
        d.StoreUnsafe(ref to, (nuint)Vector<float>.Count * 3);
    }

    private static void SumDownScalar(ReadOnlySpan<byte> pixels, int stride, PdqBands down, int sample, Span<float> row)
    {
        for (var column = 0; column < row.Length; column++)
        {
            var sum = 0f;
            for (var k = 0; k < down.Counts[sample]; k++)
                sum += pixels[(down.Starts[sample] + k) * stride + column] * down.Weights[sample * down.Width + k];
            row[column] = sum;
        }
    }

    private static void SumAlong(ReadOnlySpan<float> row, PdqBands along, float total, Span<float> samples)
    {
        ref var values = ref MemoryMarshal.GetReference(row);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(along.Weights);
        ref var starts = ref MemoryMarshal.GetArrayDataReference(along.Starts);
        var width = along.Width;
        for (var j = 0; j < Side; j += 4)
        {
            var four = PairSums(
                PairSums(Lanes(ref values, ref weights, Unsafe.Add(ref starts, j), j * width, width),
                    Lanes(ref values, ref weights, Unsafe.Add(ref starts, j + 1), (j + 1) * width, width)),
                PairSums(Lanes(ref values, ref weights, Unsafe.Add(ref starts, j + 2), (j + 2) * width, width),
                    Lanes(ref values, ref weights, Unsafe.Add(ref starts, j + 3), (j + 3) * width, width)));
            var totals = Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(along.Totals), (nuint)j);
            (four / (totals * total)).CopyTo(samples[j..]);
        }
    }

    /// <summary>A band of values times its weights, added up in eight lanes, those four apart together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Lanes(ref float values, ref float weights, int start, int weight, int width)
    {
        ref var value = ref Unsafe.Add(ref values, start);
        ref var factor = ref Unsafe.Add(ref weights, weight);
        Vector128<float> left = default, right = default;
        for (nuint k = 0; k < (nuint)width; k += PdqBands.Lanes)
        {
            left += Vector128.LoadUnsafe(ref value, k) * Vector128.LoadUnsafe(ref factor, k);
            right += Vector128.LoadUnsafe(ref value, k + 4) * Vector128.LoadUnsafe(ref factor, k + 4);
        }
        return left + right;
    }

    /// <summary>The sums of neighbouring lanes, first of one vector, then of the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PairSums(Vector128<float> a, Vector128<float> b) =>
        Sse3.IsSupported ? Sse3.HorizontalAdd(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.AddPairwise(a, b)
        : Vector128.Create(a[0] + a[1], a[2] + a[3], b[0] + b[1], b[2] + b[3]);

    private static void SumAlongScalar(ReadOnlySpan<float> row, PdqBands along, float total, Span<float> samples)
    {
        Span<float> lanes = stackalloc float[PdqBands.Lanes];
        for (var j = 0; j < Side; j++)
        {
            lanes.Clear();
            for (var k = 0; k < along.Counts[j]; k++)
                lanes[k % PdqBands.Lanes] += row[along.Starts[j] + k] * along.Weights[j * along.Width + k];
            samples[j] = (lanes[0] + lanes[4] + (lanes[1] + lanes[5]) + (lanes[2] + lanes[6] + (lanes[3] + lanes[7])))
                / (along.Totals[j] * total);
        }
    }
}
