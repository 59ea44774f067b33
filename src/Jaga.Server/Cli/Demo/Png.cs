using System.Buffers.Binary;
using System.IO.Compression;

namespace Jaga.Server.Cli.Demo;

/// <summary>Writes PNG files (W3C PNG, third edition): eight bits a sample, no filter, row by row, so that even an enormous picture needs no memory.</summary>
internal static class Png
{
    private const byte Grey = 0, Colour = 2;
    private static readonly uint[] Crcs = [.. Enumerable.Range(0, 256).Select(Crc)];

    /// <param name="row">Fills one row: one byte a pixel in grey, three in colour.</param>
    public static void Write(string path, int width, int height, bool colour, Action<int, byte[]> row)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var line = new byte[width * (colour ? 3 : 1)];
            for (var y = 0; y < height; y++)
            {
                row(y, line);
                zlib.WriteByte(0);
                zlib.Write(line);
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, colour ? Colour : Grey);
        using var file = File.Create(path);
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(file, "IEND"u8, []);
    }

    private static void Chunk(FileStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(content, Crc(type, ~0u)));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (var one in bytes)
        {
            crc = Crcs[(crc ^ one) & 0xff] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint Crc(int number)
    {
        var crc = (uint)number;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 1 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }

        return crc;
    }
}
