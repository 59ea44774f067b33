using System.Buffers.Binary;
using System.IO.Compression;

namespace Jaga.Tests.Support;

/// <summary>A generated colour picture: waves and blocks from a seed, rich enough for a good PDQ quality. Written as PNG or bitmap by this file alone.</summary>
public sealed class Picture
{
    private readonly byte[] _rgb;

    private Picture(int width, int height, byte[] rgb) => (Width, Height, _rgb) = (width, height, rgb);

    public int Width { get; }

    public int Height { get; }

    /// <summary>The same seed draws the same picture, at any size.</summary>
    public static Picture Draw(int seed, int width = 320, int height = 240)
    {
        var random = new Random(seed);
        var waves = Enumerable.Range(0, 9).Select(_ => (X: (random.NextDouble() * 14) - 7, Y: (random.NextDouble() * 14) - 7, Phase: random.NextDouble() * 6.28, Channel: random.Next(4))).ToArray();
        var blocks = Enumerable.Range(0, 14).Select(_ => (X: random.NextDouble(), Y: random.NextDouble(), W: random.NextDouble() * 0.3, H: random.NextDouble() * 0.3, Light: random.Next(-90, 90))).ToArray();
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (u, v) = ((x + 0.5) / width, (y + 0.5) / height);
                for (var c = 0; c < 3; c++)
                {
                    var light = 128.0;
                    foreach (var w in waves)
                    {
                        light += w.Channel == 3 || w.Channel == c ? 22 * Math.Sin((6.28 * ((w.X * u) + (w.Y * v))) + w.Phase) : 0;
                    }

                    foreach (var b in blocks)
                    {
                        light += u >= b.X && u < b.X + b.W && v >= b.Y && v < b.Y + b.H ? b.Light : 0;
                    }

                    rgb[(((y * width) + x) * 3) + c] = (byte)Math.Clamp(light, 0, 255);
                }
            }
        }

        return new(width, height, rgb);
    }

    /// <summary>A copy as somebody might pass it on: a little brighter, with a light banner in the corner.</summary>
    public Picture Altered()
    {
        var copy = (byte[])_rgb.Clone();
        for (var i = 0; i < copy.Length; i++)
        {
            var (x, y) = (i / 3 % Width, i / 3 / Width);
            copy[i] = (byte)Math.Min(255, copy[i] + (x < Width / 8 && y < Height / 16 ? 60 : 6));
        }

        return new(Width, Height, copy);
    }

    /// <summary>The picture as in a mirror.</summary>
    public Picture Mirrored()
    {
        var copy = new byte[_rgb.Length];
        for (var i = 0; i < copy.Length; i += 3)
        {
            var (x, y) = (i / 3 % Width, i / 3 / Width);
            _rgb.AsSpan(i, 3).CopyTo(copy.AsSpan(((y * Width) + Width - 1 - x) * 3));
        }

        return new(Width, Height, copy);
    }

    /// <summary>The picture as a PNG file (RFC 2083), 8-bit RGB.</summary>
    public byte[] Png()
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> head = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, Width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], Height);
        (head[8], head[9]) = (8, 2);
        Chunk(file, "IHDR", head);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < Height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(_rgb.AsSpan(y * Width * 3, Width * 3));
            }
        }

        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>The picture as a bitmap file: a format that holds one picture and nothing besides. Its width must be a multiple of four.</summary>
    public byte[] Bmp()
    {
        var file = new byte[54 + _rgb.Length];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in new[] { (2, file.Length), (10, 54), (14, 40), (18, Width), (22, Height), (26, 1 | (24 << 16)), (34, _rgb.Length) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        for (var i = 0; i < _rgb.Length; i++)
        {
            var (x, y) = (i / 3 % Width, i / 3 / Width);
            file[54 + ((((Height - 1 - y) * Width) + x) * 3) + 2 - (i % 3)] = _rgb[i];
        }

        return file;
    }

    private static void Chunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(four, data.Length);
        file.Write(four);
        var typed = new byte[4 + data.Length];
        System.Text.Encoding.ASCII.GetBytes(type, typed);
        data.CopyTo(typed.AsSpan(4));
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(four, Crc(typed));
        file.Write(four);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
            }
        }

        return ~crc;
    }
}
