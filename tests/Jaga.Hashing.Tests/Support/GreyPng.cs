using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Jaga.Hashing.Tests.Support;

/// <summary>Reads 8-bit grey PNG files without interlacing (W3C PNG, third edition), which the reference vectors are.</summary>
internal static class GreyPng
{
    internal static Picture Read(string path)
    {
        var file = File.ReadAllBytes(path).AsSpan();
        using var data = new MemoryStream();
        int width = 0, height = 0;
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            var chunk = file.Slice(at + 8, length);
            switch (Encoding.ASCII.GetString(file.Slice(at + 4, 4)))
            {
                case "IHDR":
                    (width, height) = (BinaryPrimitives.ReadInt32BigEndian(chunk), BinaryPrimitives.ReadInt32BigEndian(chunk[4..]));
                    Assert.Equal([8, 0, 0, 0, 0], chunk[8..].ToArray());
                    break;
                case "IDAT":
                    data.Write(chunk);
                    break;
            }
            at += length + 12;
        }
        data.Position = 0;
        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        var pixels = new byte[width * height];
        var line = new byte[width + 1];
        for (var y = 0; y < height; y++)
        {
            inflated.ReadExactly(line);
            for (var x = 0; x < width; x++)
            {
                var left = x > 0 ? pixels[y * width + x - 1] : 0;
                var above = y > 0 ? pixels[(y - 1) * width + x] : 0;
                var corner = x > 0 && y > 0 ? pixels[(y - 1) * width + x - 1] : 0;
                pixels[y * width + x] = (byte)(line[x + 1] + line[0] switch
                {
                    1 => left,
                    2 => above,
                    3 => (left + above) / 2,
                    4 => Nearest(left, above, corner),
                    _ => 0,
                });
            }
        }
        return new(pixels, width, height);
    }

    private static int Nearest(int left, int above, int corner)
    {
        var estimate = left + above - corner;
        var (toLeft, toAbove, toCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
