using System.Buffers.Binary;

namespace Jaga.Media.Decoding;

/// <summary>The one thing that is asked of a JPEG's EXIF: which way up the camera was held.</summary>
internal static class Exif
{
    private const int App1 = 0xe1, StartOfScan = 0xda, EndOfImage = 0xd9;
    private const int OrientationTag = 0x0112, ShortType = 3;

    /// <summary>1 to 8 (CIPA DC-008 section 4.6.5.1); 1, upright, if the file does not say or says nonsense.</summary>
    public static int Orientation(ReadOnlySpan<byte> jpeg)
    {
        var at = 2;
        while (at + 4 <= jpeg.Length && jpeg[at] == 0xff)
        {
            var marker = jpeg[at + 1];
            if (marker == 0xff)
            {
                at++; // fill byte
                continue;
            }

            if (marker is StartOfScan or EndOfImage)
            {
                break;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > jpeg.Length)
            {
                break;
            }

            var segment = jpeg.Slice(at + 4, length - 2);
            if (marker == App1 && segment.StartsWith("Exif\0\0"u8))
            {
                return OfTiff(segment[6..]);
            }

            at += 2 + length;
        }

        return 1;
    }

    private static int OfTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
        {
            return 1;
        }

        var little = tiff.StartsWith("II*\0"u8);
        if (!little && !tiff.StartsWith("MM\0*"u8))
        {
            return 1;
        }

        var directory = U32(tiff[4..]);
        if (directory > tiff.Length - 2)
        {
            return 1;
        }

        var entries = tiff[(int)directory..];
        var count = U16(entries);
        for (var i = 0; i < count && 2 + (i + 1) * 12 <= entries.Length; i++)
        {
            var entry = entries.Slice(2 + i * 12, 12);
            if (U16(entry) == OrientationTag)
            {
                return U16(entry[2..]) == ShortType && U16(entry[8..]) is >= 1 and <= 8 and var orientation ? orientation : 1;
            }
        }

        return 1;

        int U16(ReadOnlySpan<byte> bytes) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

        uint U32(ReadOnlySpan<byte> bytes) => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
