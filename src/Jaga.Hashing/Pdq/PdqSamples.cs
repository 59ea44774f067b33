using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    /// <summary>Weights that add up to no more than this keep 255 times their sum within 16 bits.</summary>
    private const float LargestNarrowTotal = ushort.MaxValue / byte.MaxValue;

    /// <summary>
    /// Fills 64 × 64 samples, 0 to 255, row by row. <paramref name="channels"/> is 1 (luma) or 3 (red, green, blue).
    /// With <paramref name="scalar"/> the vector instructions are left alone; the result is the same.
    /// </summary>
    internal static void Fill(ReadOnlySpan<byte> pixels, int width, int height, int stride, int channels, Span<float> samples, bool scalar)
    {
        var down = PdqBands.For(height, 1);
        var along = PdqBands.For(width, channels);
        var rowLength = width * channels;
        var buffer = ArrayPool<float>.Shared.Rent(rowLength + PdqBands.Lanes);
        try
        {
            var row = buffer.AsSpan(0, rowLength + PdqBands.Lanes);
            row[rowLength..].Clear(); // read by the padding of the last bands, times zero
            for (var i = 0; i < Side; i++)
            {
                if (scalar)
                    SumDownScalar(pixels, stride, down, i, row[..rowLength], from: 0);
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
    internal static int Quality(ReadOnlySpan<float> samples)
    {
        var steps = 0;
        for (var i = 0; i < Side - 1; i++)
            for (var j = 0; j < Side; j++)
                steps += Step(samples[i * Side + j], samples[(i + 1) * Side + j]);
        for (var i = 0; i < Side; i++)
            for (var j = 0; j < Side - 1; j++)
                steps += Step(samples[i * Side + j], samples[i * Side + j + 1]);
        return Math.Min(100, steps / 90);

        static int Step(float from, float to) => Math.Abs((int)((from - to) * 100 / 255));
    }

    private static void SumDown(ReadOnlySpan<byte> pixels, int stride, PdqBands down, int sample, Span<float> row)
    {
        var block = Vector<byte>.Count;
        if (row.Length < block)
        {
            SumDownScalar(pixels, stride, down, sample, row, from: 0);
            return;
        }
        ref var top = ref Unsafe.Add(ref MemoryMarshal.GetReference(pixels), (nint)down.Starts[sample] * stride);
        ref var weights = ref down.Weights[sample * down.Width];
        ref var to = ref MemoryMarshal.GetReference(row);
        var count = down.Counts[sample];
        var narrow = down.Totals[sample] <= LargestNarrowTotal;
        for (var column = 0; ;)
        {
            if (narrow)
                SumBlockNarrow(ref Unsafe.Add(ref top, column), stride, ref weights, count, ref Unsafe.Add(ref to, column));
            else
                SumBlock(ref Unsafe.Add(ref top, column), stride, ref weights, count, ref Unsafe.Add(ref to, column));
            if (column == row.Length - block)
                return;
            column = Math.Min(column + block, row.Length - block); // the last block overlaps the one before it
        }
    }

    /// <summary>Sums in 16 bits, for weights that allow it: sides up to 2,048 pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumBlockNarrow(ref byte top, int stride, ref float weights, int count, ref float to)
    {
        Vector<ushort> low = default, high = default;
        for (nint k = 0; k < count; k++)
        {
            var weight = new Vector<ushort>((ushort)Unsafe.Add(ref weights, k));
            Vector.Widen(Vector.LoadUnsafe(ref Unsafe.Add(ref top, k * stride)), out var pixelsLow, out var pixelsHigh);
            low += pixelsLow * weight;
            high += pixelsHigh * weight;
        }
        Vector.Widen(low, out var a, out var b);
        Vector.Widen(high, out var c, out var d);
        Store(Vector.ConvertToSingle(a.As<uint, int>()), Vector.ConvertToSingle(b.As<uint, int>()),
            Vector.ConvertToSingle(c.As<uint, int>()), Vector.ConvertToSingle(d.As<uint, int>()), ref to);
    }

    /// <summary>Sums in floating point, for any weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumBlock(ref byte top, int stride, ref float weights, int count, ref float to)
    {
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

    private static void SumDownScalar(ReadOnlySpan<byte> pixels, int stride, PdqBands down, int sample, Span<float> row, int from)
    {
        for (var column = from; column < row.Length; column++)
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
        for (var j = 0; j < Side; j++)
        {
            ref var value = ref Unsafe.Add(ref values, along.Starts[j]);
            ref var weight = ref Unsafe.Add(ref weights, j * along.Width);
            Vector128<float> left = default, right = default;
            for (nuint k = 0; k < (nuint)along.Counts[j]; k += PdqBands.Lanes)
            {
                left += Vector128.LoadUnsafe(ref value, k) * Vector128.LoadUnsafe(ref weight, k);
                right += Vector128.LoadUnsafe(ref value, k + 4) * Vector128.LoadUnsafe(ref weight, k + 4);
            }
            var four = left + right;
            samples[j] = (four[0] + four[2] + (four[1] + four[3])) / (total * along.Totals[j]);
        }
    }

    private static void SumAlongScalar(ReadOnlySpan<float> row, PdqBands along, float total, Span<float> samples)
    {
        Span<float> lanes = stackalloc float[PdqBands.Lanes];
        for (var j = 0; j < Side; j++)
        {
            lanes.Clear();
            for (var k = 0; k < along.Counts[j]; k++)
                lanes[k % PdqBands.Lanes] += row[along.Starts[j] + k] * along.Weights[j * along.Width + k];
            samples[j] = (lanes[0] + lanes[4] + (lanes[2] + lanes[6]) + (lanes[1] + lanes[5] + (lanes[3] + lanes[7])))
                / (total * along.Totals[j]);
        }
    }
}
