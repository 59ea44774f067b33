using System.Diagnostics;
using System.Globalization;
using System.Text;
using Jaga.Hashing;

namespace Jaga.Tests.Media.Support;

/// <summary>A generated picture in colour: shaded ellipses over a slope, the same on every machine. Encoded by the tools that other people encode with.</summary>
internal sealed class Pattern
{
    private readonly byte[] _rgb;

    private Pattern(byte[] rgb, int width, int height) => (_rgb, Width, Height) = (rgb, width, height);

    public int Width { get; }

    public int Height { get; }

    /// <summary>PDQ of the pixels themselves.</summary>
    public PdqFingerprint Pdq => Hashing.Pdq.HashRgb(_rgb, Width, Height, Width * 3);

    /// <summary>Interleaved red, green and blue.</summary>
    public ReadOnlySpan<byte> Rgb => _rgb;

    /// <summary>Grey has the same shades for red, green and blue.</summary>
    public static Pattern Of(int width, int height, uint seed = 1, bool grey = false)
    {
        var state = seed * 2654435761 + 1;
        var ellipses = Enumerable.Range(0, 24).Select(_ =>
            (X: Next(width), Y: Next(height), Wide: width / 24 + 1 + Next(width / 5 + 1), High: height / 24 + 1 + Next(height / 5 + 1), R: Next(256), G: Next(256), B: Next(256))).ToArray();
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (r, g, b) = (60 + 120 * x / width, 50 + 100 * y / height, 140);
                foreach (var e in ellipses)
                {
                    double dx = (x - e.X) / (double)e.Wide, dy = (y - e.Y) / (double)e.High;
                    if (dx * dx + dy * dy <= 1)
                    {
                        (r, g, b) = (e.R, e.G, e.B);
                    }
                }

                var at = (y * width + x) * 3;
                (rgb[at], rgb[at + 1], rgb[at + 2]) = ((byte)(grey ? b : r), (byte)(grey ? b : g), (byte)b);
            }
        }

        return new(rgb, width, height);

        int Next(int below)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            return (int)((ulong)state * (ulong)below >> 32);
        }
    }

    /// <summary>The picture encoded by libvips' command, e.g. <c>.avif[Q=80]</c>, after an operation (<c>colourspace IN OUT cmyk</c>) if one is named; skips the running test where the command is missing or cannot.</summary>
    public byte[] Vips(string ending, params string[] operation) => Made((source, folder) =>
    {
        var target = Path.Combine(folder, "picture" + ending);
        Run("vips", operation.Length == 0 ? ["copy", source, target] : [operation[0], source, target, .. operation[1..]]);
        return target[..(target.IndexOf('[', StringComparison.Ordinal) is > 0 and var options ? options : target.Length)];
    });

    /// <summary>The picture encoded by ffmpeg with these arguments; skips the running test where it is missing or cannot.</summary>
    public byte[] Ffmpeg(string ending, params string[] arguments) => Made((source, folder) =>
    {
        var target = Path.Combine(folder, "picture" + ending);
        Run("ffmpeg", ["-v", "error", "-i", source, .. arguments, target]);
        return target;
    });

    /// <summary>An animation of pictures, by ffmpeg; skips the running test where it is missing or cannot.</summary>
    public static byte[] Animation(string ending, IReadOnlyList<Pattern> frames, params string[] arguments) => frames[0].Made((_, folder) =>
    {
        for (var i = 0; i < frames.Count; i++)
        {
            frames[i].WriteTo(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"frame{i:000}.ppm")));
        }

        var target = Path.Combine(folder, "picture" + ending);
        Run("ffmpeg", ["-v", "error", "-framerate", "10", "-i", Path.Combine(folder, "frame%03d.ppm"), .. arguments, target]);
        return target;
    });

    /// <summary>A JPEG that says in its EXIF how the camera was held.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation) =>
    [
        0xff, 0xd8, 0xff, 0xe1, 0, 34, .. "Exif\0\0"u8,
        .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg[2..],
    ];

    private byte[] Made(Func<string, string, string> make)
    {
        var folder = Directory.CreateTempSubdirectory("jaga-picture-").FullName;
        try
        {
            var source = Path.Combine(folder, "source.ppm");
            WriteTo(source);
            return File.ReadAllBytes(make(source, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void WriteTo(string file) =>
        File.WriteAllBytes(file, [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P6\n{Width} {Height}\n255\n")), .. _rgb]);

    private static void Run(string command, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                Assert.Skip($"{command} here cannot make this: {errors.Split('\n')[0]}");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{command} is not installed.");
        }
    }
}
