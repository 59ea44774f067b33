using System.Buffers.Binary;

namespace Jaga.Media.Decoding;

/// <summary>
/// What a picture says about the meaning of its colours (an ICC profile, ICC.1:2022). Nearly all say sRGB, or Display P3 as telephones do: its luma differs so
/// little that photographs' hashes move by 2 bits in the mean and 4 at most, and they are read as they are, which is fast. Colours of wider
/// spaces (Adobe RGB, ProPhoto), tones bent far (linear light), and colours exchanged, as somebody would who wants to pass unseen, are
/// converted: whoever looks at the picture sees it converted too.
/// </summary>
internal static class ColourProfile
{
    private const int HeaderBytes = 128, TagBytes = 12, Samples = 16;

    /// <summary>How far a colour's share of the luminance may be from sRGB's, of 1, and a tone from the usual gamma's.</summary>
    private const double NearLuminance = 0.05, NearTone = 0.09, UsualGamma = 2.2;

    /// <summary>Whether pixels have to be converted to be seen rightly. False for what is no profile: nobody can convert by it.</summary>
    public static bool Matters(ReadOnlySpan<byte> icc)
    {
        if (icc.Length < HeaderBytes + 4 || !icc[36..40].SequenceEqual("acsp"u8))
        {
            return false;
        }

        if (icc[16..20].SequenceEqual("GRAY"u8))
        {
            return IsBent(Tag(icc, "kTRC"u8));
        }

        return icc[16..20].SequenceEqual("RGB "u8)
            && (!Tag(icc, "A2B0"u8).IsEmpty
                || IsFar(Tag(icc, "rXYZ"u8), 0.2225) || IsFar(Tag(icc, "gXYZ"u8), 0.7169) || IsFar(Tag(icc, "bXYZ"u8), 0.0606)
                || IsBent(Tag(icc, "rTRC"u8)) || IsBent(Tag(icc, "gTRC"u8)) || IsBent(Tag(icc, "bTRC"u8)));
    }

    /// <summary>The profile in a JPEG's APP2 segments, in their order (ICC.1:2022 annex B.4); empty if there is none.</summary>
    public static ReadOnlySpan<byte> OfJpeg(ReadOnlySpan<byte> jpeg)
    {
        const int App2 = 0xe2, StartOfScan = 0xda, EndOfImage = 0xd9, MarkBytes = 14;
        ReadOnlySpan<byte> found = default;
        for (var at = 2; at + 4 <= jpeg.Length && jpeg[at] == 0xff && jpeg[at + 1] is not (StartOfScan or EndOfImage);)
        {
            if (jpeg[at + 1] == 0xff)
            {
                at++; // fill byte
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > jpeg.Length)
            {
                break;
            }

            var segment = jpeg.Slice(at + 4, length - 2);
            if (jpeg[at + 1] == App2 && segment.Length > MarkBytes && segment.StartsWith("ICC_PROFILE\0"u8))
            {
                found = found.IsEmpty ? segment[MarkBytes..] : (byte[])[.. found, .. segment[MarkBytes..]];
            }

            at += 2 + length;
        }

        return found;
    }

    private static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> icc, ReadOnlySpan<byte> name)
    {
        var count = BinaryPrimitives.ReadUInt32BigEndian(icc[HeaderBytes..]);
        for (var at = HeaderBytes + 4; count > 0 && at + TagBytes <= icc.Length; count--, at += TagBytes)
        {
            if (icc.Slice(at, 4).SequenceEqual(name))
            {
                var (offset, length) = (BinaryPrimitives.ReadUInt32BigEndian(icc[(at + 4)..]), BinaryPrimitives.ReadUInt32BigEndian(icc[(at + 8)..]));
                return offset < icc.Length && length <= icc.Length - offset ? icc.Slice((int)offset, (int)length) : default;
            }
        }

        return default;
    }

    private static bool IsFar(ReadOnlySpan<byte> xyz, double luminance) => xyz.Length >= 20 && Math.Abs(Fixed(xyz[12..]) - luminance) > NearLuminance;

    /// <summary>Whether a tone curve is anywhere far from the usual one.</summary>
    private static bool IsBent(ReadOnlySpan<byte> curve)
    {
        for (var i = 0; i <= Samples; i++)
        {
            var x = i / (double)Samples;
            if (Tone(curve, x) is { } tone && !(Math.Abs(tone - Math.Pow(x, UsualGamma)) <= NearTone))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The curve at a place from 0 to 1; null where it is no curve that is known.</summary>
    private static double? Tone(ReadOnlySpan<byte> curve, double x)
    {
        if (curve.Length >= 12 && curve.StartsWith("curv"u8))
        {
            var count = BinaryPrimitives.ReadUInt32BigEndian(curve[8..]);
            var points = curve[12..];
            return count switch
            {
                0 => x,
                1 when points.Length >= 2 => Math.Pow(x, BinaryPrimitives.ReadUInt16BigEndian(points) / 256.0),
                > 1 when points.Length >= 2 * (long)count => BinaryPrimitives.ReadUInt16BigEndian(points[(int)(2 * Math.Round(x * (count - 1)))..]) / 65535.0,
                _ => null,
            };
        }

        if (curve.Length < 16 || !curve.StartsWith("para"u8))
        {
            return null;
        }

        // Y = (aX + b)^g + e from d on, cX + f below (ICC.1:2022 section 10.18).
        var kind = BinaryPrimitives.ReadUInt16BigEndian(curve[8..]);
        ReadOnlySpan<int> parameters = [1, 3, 4, 5, 7];
        if (kind >= parameters.Length || curve.Length < 12 + 4 * parameters[kind])
        {
            return null;
        }

        Span<double> p = stackalloc double[7];
        for (var i = 0; i < parameters[kind]; i++)
        {
            p[i] = Fixed(curve[(12 + 4 * i)..]);
        }

        var (g, a, b) = (p[0], kind == 0 ? 1 : p[1], p[2]);
        return kind switch
        {
            0 => Math.Pow(x, g),
            1 => x >= -b / a ? Math.Pow(a * x + b, g) : 0,
            2 => x >= -b / a ? Math.Pow(a * x + b, g) + p[3] : p[3],
            3 => x >= p[4] ? Math.Pow(a * x + b, g) : p[3] * x,
            _ => x >= p[4] ? Math.Pow(a * x + b, g) + p[5] : p[3] * x + p[6],
        };
    }

    private static double Fixed(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes) / 65536.0;
}
