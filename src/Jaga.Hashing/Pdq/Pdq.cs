using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>
/// PDQ, the open perceptual hash for pictures (Facebook, 2019): 256 bits that survive recompression, resizing and small
/// edits, and a quality. Pictures are hashed at their full size.
/// </summary>
/// <remarks>
/// <para>
/// Luma is smoothed and reduced to 64 × 64 samples (<see cref="PdqBands"/>, <see cref="PdqSamples"/>), of which the 16 × 16
/// lowest cosine coefficients are compared with their median (<see cref="PdqCosines"/>). One pass over the pixels, no buffer
/// of the picture's size, no allocation that grows with it.
/// </para>
/// <para>
/// A hash is a function of the pixels alone: the same on every processor. All members may be called from any number of
/// threads at once.
/// </para>
/// </remarks>
public static class Pdq
{
    /// <summary>Pictures with a side of fewer pixels have no hash: they give the hash of zeros with quality 0.</summary>
    public const int MinimumSide = 5;

    /// <summary>The eight copies of <see cref="Dihedral"/>.</summary>
    public const int DihedralCount = 8;

    private const int Luma = 1, Rgb = 3;

    /// <summary>Hashes a plane of 8-bit luma (ITU-R BT.601, full range 0 to 255).</summary>
    /// <param name="luma">Rows from the top, pixels from the left, one byte each.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <returns>Hash and quality; the hash of zeros and 0 where a side is below <see cref="MinimumSide"/>.</returns>
    /// <exception cref="ArgumentException">The plane is smaller than its sides say.</exception>
    public static PdqFingerprint Hash(ReadOnlySpan<byte> luma, int width, int height, int stride) =>
        Fingerprint(luma, width, height, stride, Luma, default, scalar: false);

    /// <summary>
    /// Hashes interleaved 8-bit red, green and blue, weighed 0.299, 0.587 and 0.114 without rounding, as the reference does.
    /// A decoder's own luma plane is rounded and gives hashes up to 4 bits away.
    /// </summary>
    /// <param name="rgb">Rows from the top, pixels from the left, three bytes each.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next, at least three times <paramref name="width"/>.</param>
    /// <returns>Hash and quality; the hash of zeros and 0 where a side is below <see cref="MinimumSide"/>.</returns>
    /// <exception cref="ArgumentException">The picture is smaller than its sides say.</exception>
    public static PdqFingerprint HashRgb(ReadOnlySpan<byte> rgb, int width, int height, int stride) =>
        Fingerprint(rgb, width, height, stride, Rgb, default, scalar: false);

    /// <summary>Hashes a plane of 8-bit luma and its turned and mirrored copies, for little more than the price of one hash.</summary>
    /// <remarks>
    /// The copies' hashes are made from the picture's own coefficients. Hashing the turned pixels gives hashes a few bits away,
    /// because the reference's smoothing is not quite symmetrical.
    /// </remarks>
    /// <param name="luma">Rows from the top, pixels from the left, one byte each.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <param name="eight">Filled with eight hashes, in the order of <see cref="Dihedral"/>.</param>
    /// <returns>The quality, 0 to 100, which all eight share.</returns>
    /// <exception cref="ArgumentException">The plane is smaller than its sides say, or there is room for fewer than eight.</exception>
    public static int HashAll(ReadOnlySpan<byte> luma, int width, int height, int stride, Span<PdqHash> eight) =>
        Fingerprint(luma, width, height, stride, Luma, Checked(eight), scalar: false).Quality;

    /// <summary>As <see cref="HashAll"/>, of interleaved 8-bit red, green and blue as in <see cref="HashRgb"/>.</summary>
    /// <param name="rgb">Rows from the top, pixels from the left, three bytes each.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next, at least three times <paramref name="width"/>.</param>
    /// <param name="eight">Filled with eight hashes, in the order of <see cref="Dihedral"/>.</param>
    /// <returns>The quality, 0 to 100, which all eight share.</returns>
    /// <exception cref="ArgumentException">The picture is smaller than its sides say, or there is room for fewer than eight.</exception>
    public static int HashAllRgb(ReadOnlySpan<byte> rgb, int width, int height, int stride, Span<PdqHash> eight) =>
        Fingerprint(rgb, width, height, stride, Rgb, Checked(eight), scalar: false).Quality;

    /// <summary>
    /// The one way to a fingerprint. Fills <paramref name="eight"/> too unless it is empty. <paramref name="scalar"/> is for
    /// tests: without vector instructions.
    /// </summary>
    [SkipLocalsInit]
    internal static PdqFingerprint Fingerprint(
        ReadOnlySpan<byte> pixels, int width, int height, int stride, int channels, Span<PdqHash> eight, bool scalar)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        if (width > stride / channels)
            throw new ArgumentException($"A row of {width} pixels of {channels} bytes does not fit into a stride of {stride}.", nameof(stride));
        if (height > 0 && (long)(height - 1) * stride + (long)width * channels > pixels.Length)
            throw new ArgumentException($"{pixels.Length} bytes are too few for {width} × {height} pixels with a stride of {stride}.", nameof(pixels));
        if (width < MinimumSide || height < MinimumSide)
        {
            eight.Clear();
            return default;
        }

        Span<float> samples = stackalloc float[PdqBands.Samples * PdqBands.Samples];
        Span<float> coefficients = stackalloc float[PdqCosines.Count];
        PdqSamples.Fill(pixels, width, height, stride, channels, samples, scalar);
        PdqCosines.Transform(samples, coefficients, scalar);
        if (eight.IsEmpty)
            return new(PdqCosines.Bits(coefficients), PdqSamples.Quality(samples, scalar));
        PdqCosines.AllBits(coefficients, eight);
        return new(eight[(int)Dihedral.Original], PdqSamples.Quality(samples, scalar));
    }

    private static Span<PdqHash> Checked(Span<PdqHash> eight) => eight.Length >= DihedralCount
        ? eight[..DihedralCount]
        : throw new ArgumentException($"Eight hashes need room for eight, not {eight.Length}.", nameof(eight));
}
