using System.Buffers.Binary;
using System.IO.Compression;

namespace Jaga.Tests.Media.Support;

/// <summary>Files that nobody's camera makes: headers that promise what is not there, and plain surfaces of absurd size in few bytes.</summary>
internal static class Forged
{
    /// <summary>A PNG of one colour, true in every byte, and small on disk whatever its size.</summary>
    /// <param name="colour">PNG's colour type: 0 grey, 2 red, green and blue, 6 with alpha.</param>
    public static byte[] Png(int width, int height, byte bits = 8, byte colour = 0)
    {
        var channels = colour switch { 0 => 1, 2 => 3, _ => 4 };
        var row = new byte[1 + ((long)width * bits * channels + 7) / 8];
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.Write(row);
            }
        }

        return PngOf(width, height, bits, colour, data.ToArray());
    }

    /// <summary>A PNG whose header promises what its few bytes of data cannot hold.</summary>
    public static byte[] PngHeader(int width, int height) => PngOf(width, height, 8, 2, [0x78, 0x9c, 3, 0, 0, 0, 0, 1]);

    /// <summary>A JPEG that announces its size and then one empty scan.</summary>
    public static byte[] JpegHeader(ushort width, ushort height) =>
    [
        0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0,
        0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xff, 0xd9,
    ];

    /// <summary>A GIF whose one frame is as large as GIF can say.</summary>
    public static byte[] GifHeader() =>
        [.. "GIF89a"u8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 2, 0x4c, 1, 0, 0x3b];

    /// <summary>A bitmap whose header promises two thousand million pixels.</summary>
    public static byte[] BmpHeader()
    {
        var bmp = new byte[58];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 2_000_000_000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 2_000_000_000);
        bmp[26] = 1;
        bmp[28] = 24;
        return bmp;
    }

    private static byte[] PngOf(int width, int height, byte bits, byte colour, byte[] data)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bits, colour);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    /// <summary>CRC-32 as in ISO/IEC 15948 annex D.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xedb88320;
            }
        }

        return ~crc;
    }
}
