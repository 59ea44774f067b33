namespace Jaga.Hashing.Tests.Support;

/// <summary>Pixels of one byte (luma) or three (red, green, blue) each, rows from the top, without padding.</summary>
internal sealed record Picture(byte[] Pixels, int Width, int Height, int Channels = 1)
{
    internal int Stride => Width * Channels;

    internal PdqFingerprint Hash() => Channels == 1
        ? Pdq.Hash(Pixels, Width, Height, Stride)
        : Pdq.HashRgb(Pixels, Width, Height, Stride);

    internal PdqFingerprint HashScalar() => Pdq.Fingerprint(Pixels, Width, Height, Stride, Channels, default, scalar: true);

    /// <summary>Luma of a pixel by the reference's weights, not rounded.</summary>
    internal double Luma(int x, int y)
    {
        var at = y * Stride + x * Channels;
        return Channels == 1 ? Pixels[at] : 0.299 * Pixels[at] + 0.587 * Pixels[at + 1] + 0.114 * Pixels[at + 2];
    }
}
