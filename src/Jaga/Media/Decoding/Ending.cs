using System.Buffers.Binary;

namespace Jaga.Media.Decoding;

/// <summary>
/// Whether a file that would not decode was cut off, judged by its own structure and not by a decoder's wording. A broken upload and a
/// damaged or forged file are different things to whoever has to decide.
/// </summary>
internal static class Ending
{
    /// <summary>Whether the file stops before its own structure says it ends. False where that cannot be told.</summary>
    public static bool IsEarly(MediaFormat format, ReadOnlySpan<byte> file) => format.Name switch
    {
        "jpeg" => JpegIsEarly(file),
        "png" => PngIsEarly(file),
        "gif" => GifIsEarly(file),
        "webp" => file.Length < 12 || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length,
        "heic" or "avif" or "mp4" or "mov" => BoxesEndEarly(file),
        "tiff" => TiffIsEarly(file),
        _ => false,
    };

    /// <summary>Segments up to the first scan, and an end-of-image marker anywhere after: inside a scan it can only be the end.</summary>
    private static bool JpegIsEarly(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (at + 4 <= file.Length)
        {
            if (file[at] != 0xff)
            {
                return false;
            }

            if (file[at + 1] == 0xff)
            {
                at++;
                continue;
            }

            if (file[at + 1] == 0xda)
            {
                return file[at..].LastIndexOf((ReadOnlySpan<byte>)[0xff, 0xd9]) < 0;
            }

            if (file[at + 1] == 0xd9)
            {
                return false;
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return true;
    }

    /// <summary>Chunks up to IEND (ISO/IEC 15948 section 5.3).</summary>
    private static bool PngIsEarly(ReadOnlySpan<byte> file)
    {
        for (long at = 8; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
            if (length > int.MaxValue)
            {
                return false; // no chunk is so long: damage
            }

            if (file.Slice((int)at + 4, 4).SequenceEqual("IEND"u8))
            {
                return at + 12 > file.Length;
            }

            at += 12L + length;
        }

        return true;
    }

    /// <summary>Blocks up to the trailer (GIF89a, section 27).</summary>
    private static bool GifIsEarly(ReadOnlySpan<byte> file)
    {
        if (file.Length < 13)
        {
            return true;
        }

        var at = 13 + ColourTable(file[10]);
        while (at < file.Length)
        {
            switch (file[at])
            {
                case 0x3b:
                    return false;
                case 0x21:
                    at += 2;
                    break;
                case 0x2c when at + 10 <= file.Length:
                    at += 10 + ColourTable(file[at + 9]) + 1;
                    break;
                case 0x2c:
                    return true;
                default:
                    return false;
            }

            while (at < file.Length && file[at] != 0)
            {
                at += 1 + file[at];
            }

            at++;
        }

        return true;

        static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /// <summary>Top-level boxes (ISO/IEC 14496-12 section 4.2).</summary>
    private static bool BoxesEndEarly(ReadOnlySpan<byte> file)
    {
        long at = 0;
        while (at + 8 <= file.Length)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
            if (size == 0)
            {
                return false; // to the end of the file, wherever that is
            }

            if (size == 1 && at + 16 <= file.Length)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(file[((int)at + 8)..]);
            }

            if (size < 8)
            {
                return false;
            }

            at = size > long.MaxValue - at ? long.MaxValue : at + size;
        }

        return at > file.Length;
    }

    /// <summary>The first directory, or a strip or tile that it points to, lies beyond the end (TIFF 6.0, section 2).</summary>
    private static bool TiffIsEarly(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8)
        {
            return true;
        }

        var little = file[0] == 'I';
        long directory = U32(file, 4);
        if (directory + 2 > file.Length)
        {
            return true;
        }

        var entries = U16(file, (int)directory);
        var (offsets, counts) = ((At: 0L, Count: 0L, Wide: false), (At: 0L, Count: 0L, Wide: false));
        for (var i = 0; i < entries; i++)
        {
            var entry = directory + 2 + i * 12L;
            if (entry + 12 > file.Length)
            {
                return true;
            }

            var wide = U16(file, (int)entry + 2) == 4;
            long count = U32(file, (int)entry + 4);
            var inPlace = count * (wide ? 4 : 2) <= 4;
            var list = (inPlace ? entry + 8 : U32(file, (int)entry + 8), count, wide);
            switch (U16(file, (int)entry))
            {
                case 273 or 324:
                    offsets = list;
                    break;
                case 279 or 325:
                    counts = list;
                    break;
            }
        }

        for (long i = 0; i < Math.Min(offsets.Count, counts.Count); i++)
        {
            if (Item(file, offsets, i) is not { } start || Item(file, counts, i) is not { } length || start + length > file.Length)
            {
                return true;
            }
        }

        return false;

        long? Item(ReadOnlySpan<byte> file, (long At, long Count, bool Wide) list, long index)
        {
            var at = list.At + index * (list.Wide ? 4 : 2);
            return at + (list.Wide ? 4 : 2) > file.Length ? null : list.Wide ? U32(file, (int)at) : U16(file, (int)at);
        }

        int U16(ReadOnlySpan<byte> file, int at) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(file[at..]) : BinaryPrimitives.ReadUInt16BigEndian(file[at..]);

        uint U32(ReadOnlySpan<byte> file, int at) =>
            little ? BinaryPrimitives.ReadUInt32LittleEndian(file[at..]) : BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
    }
}
