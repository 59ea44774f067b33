using System.Globalization;
using Jaga.Hashing;

namespace Jaga.Server.Cli.Demo;

/// <summary>A picture of the demo, with its PDQ hash.</summary>
internal sealed record Picture(string Path, PdqHash Hash);

/// <summary>Benign pictures: photographs from a package of the distribution, and pictures that Jaga draws itself.</summary>
internal static class Pictures
{
    /// <summary>How many pictures are drawn.</summary>
    public const int Drawn = 60;

    /// <summary>Hashes below this quality are of flat pictures, which all look alike to PDQ.</summary>
    private const int LeastQuality = 60;

    /// <summary>Pictures nearer than this to an earlier one are left out, so that every match in the demo is an altered copy and nothing else.</summary>
    private const int Alike = 72;

    // What these packages show: monuments, animals, paintings of instruments; no people's private pictures.
    private static readonly string[] Albums = ["erase", "explore_monuments", "categorization", "details", "explore_farm_animals", "explore_world_animals", "explore_world_music", "photo_hunter"];

    /// <summary>Takes the photographs out of <paramref name="photographs"/> (files, or Qt resource files below it), draws some, and hashes all with <c>jaga hash</c>.</summary>
    /// <returns>Pictures that do not look alike, photographs first; and how many were left out.</returns>
    public static async Task<(IReadOnlyList<Picture> Photographs, IReadOnlyList<Picture> Drawings, int LeftOut)> Gather(string? photographs, string folder, CancellationToken ct)
    {
        var (taken, drawn) = (Directory.CreateDirectory(Path.Combine(folder, "photographs")).FullName, Directory.CreateDirectory(Path.Combine(folder, "drawings")).FullName);
        if (photographs is not null)
        {
            Take(photographs, taken);
        }

        for (var i = 0; i < Drawn; i++)
        {
            Draw(Path.Combine(drawn, $"drawing-{i:00}.png"), i);
        }

        var all = await Hash([taken, drawn], ct);
        var kept = new List<Picture>();
        foreach (var (picture, quality) in all)
        {
            if (quality >= LeastQuality && kept.TrueForAll(k => k.Hash.DistanceTo(picture.Hash) >= Alike))
            {
                kept.Add(picture);
            }
        }

        return ([.. kept.Where(k => k.Path.StartsWith(taken, StringComparison.Ordinal))], [.. kept.Where(k => k.Path.StartsWith(drawn, StringComparison.Ordinal))], all.Count - kept.Count);
    }

    private static async Task<List<(Picture Picture, int Quality)>> Hash(string[] folders, CancellationToken ct)
    {
        var hashed = await Child.Run(Child.Jaga, ["hash", .. folders, "--algorithm", "pdq", "--format", "csv"], ct);
        var rows = hashed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).ToList();
        return [.. rows.OrderBy(r => r[0], StringComparer.Ordinal).Select(r => (new Picture(r[0], PdqHash.Parse(r[2])), int.Parse(r[3], CultureInfo.InvariantCulture)))];
    }

    /// <summary>Copies the photographs out of the Qt resource files below a folder.</summary>
    public static void Take(string from, string to)
    {
        var count = 0;
        foreach (var album in Directory.EnumerateFiles(from, "*.rcc", SearchOption.AllDirectories).Where(f => Albums.Contains(Path.GetFileNameWithoutExtension(f))).Order(StringComparer.Ordinal))
        {
            foreach (var file in QtResources.Files(File.ReadAllBytes(album)))
            {
                if (Ending(file.Span) is { } ending)
                {
                    File.WriteAllBytes(Path.Combine(to, $"photograph-{count++:000}{ending}"), file.Span);
                }
            }
        }
    }

    private static string? Ending(ReadOnlySpan<byte> file) =>
        file.Length < 8 * 1024 ? null
        : file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? ".webp"
        : file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? ".jpg"
        : null;

    // Waves of different lengths and directions laid over each other: no two seeds look alike, and none looks like anything.
    private static void Draw(string path, int seed)
    {
        const int width = 640, height = 480;
        double Part(int n) => Math.Abs(Math.Sin((seed * 12.9898) + (n * 78.233)) * 43758.5453 % 1);
        var waves = Enumerable.Range(0, 6).Select(n => (X: (Part(n) - 0.5) * 0.09, Y: (Part(n + 10) - 0.5) * 0.09, Turn: Part(n + 20) * 6.28, Bend: (Part(n + 30) - 0.5) * 0.0002)).ToArray();
        Png.Write(path, width, height, colour: true, (y, row) =>
        {
            for (var x = 0; x < width; x++)
            {
                var (red, green, blue) = (0.0, 0.0, 0.0);
                foreach (var wave in waves)
                {
                    var high = Math.Sin((wave.X * x) + (wave.Y * y) + wave.Turn + (wave.Bend * x * y));
                    (red, green, blue) = (red + high, green + (high * wave.Turn / 6.28), blue - (high * 0.7));
                }

                (row[x * 3], row[(x * 3) + 1], row[(x * 3) + 2]) = (Byte(red), Byte(green), Byte(blue));
            }
        });
    }

    private static byte Byte(double high) => (byte)Math.Clamp(128 + (high * 40), 0, 255);
}
