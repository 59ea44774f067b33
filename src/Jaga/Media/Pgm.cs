using Jaga.Media.Decoding;

namespace Jaga.Media;

/// <summary>Grey pictures as ffmpeg writes them to a pipe: <c>P5</c>, width, height and 255 in decimal with white space between, one more, and the luma (Netpbm's PGM).</summary>
internal static class Pgm
{
    /// <summary>Reads the next picture; null where the stream ends before one.</summary>
    /// <exception cref="EndOfStreamException">The stream ends inside one.</exception>
    /// <exception cref="InvalidDataException">It is no such picture, or has more than <paramref name="maxPixels"/>.</exception>
    public static Pixels? Read(Stream from, long maxPixels)
    {
        Span<byte> magic = stackalloc byte[2];
        var began = from.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (began == 0)
        {
            return null;
        }

        if (began < magic.Length || !magic.SequenceEqual("P5"u8) || !IsSpace(Next(from)))
        {
            throw new InvalidDataException("The child's frame is not a grey picture.");
        }

        var (width, height, white) = (Number(from), Number(from), Number(from));
        if (width == 0 || height == 0 || white != 255 || (long)width * height > maxPixels)
        {
            throw new InvalidDataException($"The child's frame of {width} × {height} pixels makes no sense.");
        }

        var pixels = new Pixels(width, height, 1);
        try
        {
            from.ReadExactly(pixels.Span);
            return pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    /// <summary>A number and the one white space after it.</summary>
    private static int Number(Stream from)
    {
        var number = 0;
        for (var digits = 0; ; digits++)
        {
            var next = Next(from);
            if (IsSpace(next) && digits > 0)
            {
                return number;
            }

            if (next is < (byte)'0' or > (byte)'9' || digits == 7)
            {
                throw new InvalidDataException("The child's frame has no size.");
            }

            number = number * 10 + next - '0';
        }
    }

    private static byte Next(Stream from)
    {
        Span<byte> one = stackalloc byte[1];
        from.ReadExactly(one);
        return one[0];
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n';
}
