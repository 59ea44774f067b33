using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>
/// How the 64 samples along one axis of a picture are weighed from its pixels: for each sample a band of consecutive
/// pixels and their weights, which are whole numbers over a common total.
/// </summary>
/// <remarks>
/// The reference smooths each axis twice with a box of <c>w = ⌈side/128⌉</c> pixels (averaging only what the box covers at
/// the edges) and then keeps every 64th part. Two boxes in a row are one triangle, so what is kept of an axis is one band of
/// at most <c>2w − 1</c> weights a sample, about <c>side</c> weights in all: nothing in between has to be computed.
/// Only at the last sample of an even <c>w</c> does a box pass the edge, by one pixel.
/// </remarks>
internal sealed class PdqBands
{
    /// <summary>Samples along an axis.</summary>
    internal const int Samples = 64;

    /// <summary>Bands are padded with zero weights to a multiple of this many.</summary>
    internal const int Lanes = 8;

    private const int LargestNarrowTotal = ushort.MaxValue / byte.MaxValue, LargestExactTotal = (1 << 24) / byte.MaxValue;

    private const int CachedSides = 256;
    private const int LargestCachedSide = 8192;

    /// <summary>The tables used last, by the remainder of the side: bounded, and a lost race costs one computation.</summary>
    private static readonly PdqBands?[] Grey = new PdqBands?[CachedSides], Colour = new PdqBands?[CachedSides];

    private static readonly float[] GreyWeights = [1f], RgbWeights = [0.299f, 0.587f, 0.114f];

    private readonly int _side;

    private PdqBands(int side, float[] channels)
    {
        _side = side;
        Width = ((2 * Box(side) - 1) * channels.Length + Lanes - 1) / Lanes * Lanes;
        Weights = new float[Samples * Width];
        NarrowWeights = new ushort[channels.Length == 1 ? Samples * Width : 0];
        for (var sample = 0; sample < Samples; sample++)
        {
            var (start, weights, total) = Triangle(side, sample);
            Starts[sample] = start * channels.Length;
            Counts[sample] = weights.Length * channels.Length;
            Totals[sample] = total;
            NarrowTaps[sample] = total <= LargestExactTotal ? LargestNarrowTotal / weights.Max() : 0;
            for (var k = 0; k < weights.Length; k++)
                for (var channel = 0; channel < channels.Length; channel++)
                    Weights[sample * Width + k * channels.Length + channel] = weights[k] * channels[channel];
            if (channels.Length == 1 && NarrowTaps[sample] > 0)
                for (var k = 0; k < weights.Length; k++)
                    NarrowWeights[sample * Width + k] = (ushort)weights[k];
        }
    }

    /// <summary>The first value of each sample's band: pixel times channels.</summary>
    internal int[] Starts { get; } = new int[Samples];

    /// <summary>How many values each sample's band has, without the padding.</summary>
    internal int[] Counts { get; } = new int[Samples];

    /// <summary>What each sample's weights are to be divided by.</summary>
    internal float[] Totals { get; } = new float[Samples];

    /// <summary>Weights from one sample's band to the next in <see cref="Weights"/>; a multiple of <see cref="Lanes"/>.</summary>
    internal int Width { get; }

    /// <summary>64 rows of <see cref="Width"/> weights.</summary>
    internal float[] Weights { get; }

    /// <summary>The same weights of one channel in 16 bits, for the samples whose <see cref="NarrowTaps"/> are not 0.</summary>
    internal ushort[] NarrowWeights { get; }

    /// <summary>
    /// For each sample how many of its weights, times 255, never exceed 16 bits together. 0 where one alone does, or where all
    /// together exceed what a <see cref="float"/> holds exactly.
    /// </summary>
    internal int[] NarrowTaps { get; } = new int[Samples];

    /// <summary>
    /// The bands for an axis of so many pixels. With three channels, red, green and blue, the luma weights of
    /// ITU-R BT.601 are multiplied in.
    /// </summary>
    internal static PdqBands For(int side, int channels)
    {
        var weights = channels == 1 ? GreyWeights : RgbWeights;
        if (side > LargestCachedSide)
            return new(side, weights);
        ref var slot = ref (channels == 1 ? Grey : Colour)[side % CachedSides];
        var bands = Volatile.Read(ref slot);
        if (bands?._side != side)
            Volatile.Write(ref slot, bands = new(side, weights));
        return bands;
    }

    /// <summary>The box's width in pixels: ⌈side/128⌉.</summary>
    private static int Box(int side) => (int)(((long)side + 127) / 128);

    /// <summary>The weights of one sample over what is left of two boxes in a row.</summary>
    private static (int Start, int[] Weights, long Total) Triangle(int side, int sample)
    {
        var centre = (int)(((2L * sample + 1) * side) >> 7);
        var (outerFirst, outerLast) = Covered(side, centre);
        var (start, _) = Covered(side, outerFirst);
        var (_, end) = Covered(side, outerLast);

        long common = 1;
        for (var at = outerFirst; at <= outerLast; at++)
            common = LeastCommonMultiple(common, Length(Covered(side, at)));

        var weights = new int[end - start + 1];
        for (var at = outerFirst; at <= outerLast; at++)
        {
            var inner = Covered(side, at);
            for (var pixel = inner.First; pixel <= inner.Last; pixel++)
                weights[pixel - start] += (int)(common / Length(inner));
        }
        return (start, weights, common * Length((outerFirst, outerLast)));
    }

    /// <summary>The pixels that the box around one of them covers. An even box reaches one pixel further forward.</summary>
    private static (int First, int Last) Covered(int side, int centre)
    {
        var box = Box(side);
        var forward = (box + 2) / 2;
        return (Math.Max(0, centre - (box - forward)), Math.Min(side - 1, centre + forward - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Length((int First, int Last) range) => range.Last - range.First + 1;

    private static long LeastCommonMultiple(long a, long b)
    {
        var (x, y) = (a, b);
        while (y != 0)
            (x, y) = (y, x % y);
        return a / x * b;
    }
}
