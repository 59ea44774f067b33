using System.Buffers.Binary;
using System.Numerics;

namespace Jaga.Media.Decoding;

/// <summary>
/// Windows bitmaps, which libvips leaves to a library that is not let in here. Every kind that a browser shows: 1, 4, 8, 16, 24 and 32 bits,
/// palettes, bit masks, run lengths of 4 and 8 bits, rows from below or above. Managed code with checked bounds throughout.
/// </summary>
internal static class Bitmap
{
    private const int FileHeaderBytes = 14, CoreHeaderBytes = 12;
    private const int Plain = 0, RunLength8 = 1, RunLength4 = 2, BitMasks = 3, AlphaBitMasks = 6;

    /// <summary>What the header says.</summary>
    internal readonly record struct Header(int Width, int Height, bool FromAbove, int Bits, int Compression, int PixelsAt, int PaletteAt, int PaletteEntryBytes, int Colours, uint[] Masks);

    /// <exception cref="BrokenPicture">There is no such header.</exception>
    public static Header ReadHeader(ReadOnlySpan<byte> file)
    {
        if (file.Length < FileHeaderBytes + CoreHeaderBytes)
        {
            throw new BrokenPicture("the header is cut off");
        }

        var info = file[FileHeaderBytes..];
        var size = (int)Math.Min(U32(info), 124);
        var isCore = size == CoreHeaderBytes;
        if (info.Length < size || (!isCore && size < 16))
        {
            throw new BrokenPicture("the header is cut off");
        }

        var (width, height) = isCore ? (U16(info[4..]), U16(info[6..])) : ((int)U32(info[4..]), (int)U32(info[8..]));
        var bits = isCore ? U16(info[10..]) : U16(info[14..]);
        var compression = size >= 20 ? (int)Math.Min(U32(info[16..]), 255) : Plain;
        var used = size >= 36 ? U32(info[32..]) : 0;
        if (width <= 0 || height is 0 or int.MinValue || bits is not (1 or 4 or 8 or 16 or 24 or 32))
        {
            throw new BrokenPicture($"{width} × {height} pixels of {bits} bits are not possible");
        }

        var isMasked = compression is BitMasks or AlphaBitMasks;
        if (compression is not (Plain or RunLength8 or RunLength4) && !(isMasked && bits is 16 or 32))
        {
            throw new BrokenPicture($"compression {compression} of {bits} bits is not known");
        }

        // Older headers are followed by their masks; newer ones hold them in the same place.
        uint[] masks = bits == 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
        var maskBytes = 0;
        if (isMasked && info.Length >= 56)
        {
            masks = [U32(info[40..]), U32(info[44..]), U32(info[48..]), size >= 56 || compression == AlphaBitMasks ? U32(info[52..]) : 0];
            maskBytes = size == 40 ? compression == AlphaBitMasks ? 16 : 12 : 0;
        }

        var colours = bits > 8 ? 0 : used == 0 || used > 1u << bits ? 1 << bits : (int)used;
        return new(width, Math.Abs(height), height < 0, bits, compression, (int)Math.Min(U32(file[10..]), int.MaxValue), FileHeaderBytes + size + maskBytes, isCore ? 3 : 4, colours, masks);
    }

    /// <summary>Decodes to red, green and blue, what is transparent laid on white.</summary>
    /// <param name="isCutOff">Whether the file ends before its pixels do; those that are missing stay black.</param>
    /// <exception cref="BrokenPicture">The pixels cannot be where the header says.</exception>
    public static Pixels Decode(ReadOnlySpan<byte> file, in Header header, out bool isCutOff)
    {
        if (header.PixelsAt < FileHeaderBytes + CoreHeaderBytes)
        {
            throw new BrokenPicture("the pixels begin inside the header");
        }

        var data = header.PixelsAt < file.Length ? file[header.PixelsAt..] : [];
        var pixels = new Pixels(header.Width, header.Height, 3);
        try
        {
            isCutOff = header.Compression switch
            {
                RunLength8 or RunLength4 => !RunLengths(data, header, Palette(file, header), pixels),
                _ => !PlainRows(data, header, Palette(file, header), pixels),
            };
            return pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    /// <summary>A picture in grey as a bitmap of 8 bits with a grey palette.</summary>
    /// <param name="grey">One channel.</param>
    public static byte[] Encode(Pixels grey)
    {
        const int PaletteBytes = 1024, InfoBytes = 40;
        var pixelsAt = FileHeaderBytes + InfoBytes + PaletteBytes;
        var stride = (grey.Width + 3) / 4 * 4;
        var file = new byte[checked(pixelsAt + stride * grey.Height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), pixelsAt);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), InfoBytes);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), grey.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -grey.Height); // from above
        (file[26], file[28]) = (1, 8);
        for (var i = 0; i < 256; i++)
        {
            file.AsSpan(FileHeaderBytes + InfoBytes + i * 4, 3).Fill((byte)i);
        }

        for (var row = 0; row < grey.Height; row++)
        {
            grey.Span.Slice(row * grey.Width, grey.Width).CopyTo(file.AsSpan(pixelsAt + row * stride));
        }

        return file;
    }

    private static bool PlainRows(ReadOnlySpan<byte> data, in Header header, ReadOnlySpan<byte> palette, Pixels to)
    {
        var stride = ((long)header.Width * header.Bits + 31) / 32 * 4;
        var used = (int)(((long)header.Width * header.Bits + 7) / 8);
        for (var row = 0; row < header.Height; row++)
        {
            if (row * stride + used > data.Length)
            {
                return false;
            }

            Row(data.Slice((int)(row * stride), used), header, palette, to.Span.Slice(Line(header, row) * to.Stride, to.Stride));
        }

        return true;
    }

    private static void Row(ReadOnlySpan<byte> from, in Header header, ReadOnlySpan<byte> palette, Span<byte> to)
    {
        for (var x = 0; x < header.Width; x++)
        {
            var rgb = to.Slice(x * 3, 3);
            switch (header.Bits)
            {
                case 24:
                    (rgb[0], rgb[1], rgb[2]) = (from[x * 3 + 2], from[x * 3 + 1], from[x * 3]);
                    break;
                case 32:
                    Masked(U32(from[(x * 4)..]), header.Masks, rgb);
                    break;
                case 16:
                    Masked((uint)U16(from[(x * 2)..]), header.Masks, rgb);
                    break;
                default:
                    var perByte = 8 / header.Bits;
                    var index = from[x / perByte] >> (8 - header.Bits * (x % perByte + 1)) & ((1 << header.Bits) - 1);
                    palette.Slice(index * 3, 3).CopyTo(rgb);
                    break;
            }
        }
    }

    private static void Masked(uint value, uint[] masks, Span<byte> rgb)
    {
        var alpha = masks[3] == 0 ? 255 : Part(value, masks[3]);
        for (var c = 0; c < 3; c++)
        {
            rgb[c] = (byte)((Part(value, masks[c]) * alpha + 255 * (255 - alpha) + 127) / 255);
        }
    }

    /// <summary>The bits under a mask, stretched to 0 to 255.</summary>
    private static int Part(uint value, uint mask)
    {
        if (mask == 0)
        {
            return 0;
        }

        var shift = BitOperations.TrailingZeroCount(mask);
        return (int)((ulong)((value & mask) >> shift) * 255 / (mask >> shift));
    }

    /// <summary>Pairs of count and index; a count of 0 begins an escape: 0 next line, 1 end, 2 a jump, otherwise so many indices as they are, to an even byte.</summary>
    private static bool RunLengths(ReadOnlySpan<byte> data, in Header header, ReadOnlySpan<byte> palette, Pixels to)
    {
        var four = header.Compression == RunLength4;
        var (x, row) = (0, 0);
        for (var at = 0; at + 2 <= data.Length;)
        {
            var (count, value) = (data[at], data[at + 1]);
            at += 2;
            if (count > 0)
            {
                for (var i = 0; i < count; i++)
                {
                    Put(header, palette, to, x++, row, four ? i % 2 == 0 ? value >> 4 : value & 15 : value);
                }

                continue;
            }

            switch (value)
            {
                case 0:
                    (x, row) = (0, row + 1);
                    break;
                case 1:
                    return true;
                case 2 when at + 2 <= data.Length:
                    (x, row) = (x + data[at], row + data[at + 1]);
                    at += 2;
                    break;
                case 2:
                    return false;
                default:
                    var bytes = four ? (value + 1) / 2 : value;
                    if (at + bytes > data.Length)
                    {
                        return false;
                    }

                    for (var i = 0; i < value; i++)
                    {
                        var packed = data[at + (four ? i / 2 : i)];
                        Put(header, palette, to, x++, row, four ? i % 2 == 0 ? packed >> 4 : packed & 15 : packed);
                    }

                    at += bytes + bytes % 2;
                    break;
            }
        }

        return row >= header.Height;
    }

    private static void Put(in Header header, ReadOnlySpan<byte> palette, Pixels to, int x, int row, int index)
    {
        if (x < header.Width && row < header.Height)
        {
            palette.Slice(index * 3, 3).CopyTo(to.Span[(Line(header, row) * to.Stride + x * 3)..]);
        }
    }

    private static int Line(in Header header, int row) => header.FromAbove ? row : header.Height - 1 - row;

    /// <summary>256 colours of three bytes; those that the file lacks are black.</summary>
    private static byte[] Palette(ReadOnlySpan<byte> file, in Header header)
    {
        var palette = new byte[256 * 3];
        for (var i = 0; i < header.Colours && header.PaletteAt + (i + 1) * header.PaletteEntryBytes <= file.Length; i++)
        {
            var entry = file.Slice(header.PaletteAt + i * header.PaletteEntryBytes, 3);
            (palette[i * 3], palette[i * 3 + 1], palette[i * 3 + 2]) = (entry[2], entry[1], entry[0]);
        }

        return palette;
    }

    private static int U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
