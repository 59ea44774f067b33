namespace Jaga.Server.Cli.Demo;

/// <summary>An altered copy: what was done, and to which picture.</summary>
internal sealed record Altered(string How, Picture Of, string Path);

/// <summary>Does to pictures what happens to them on their way: saved again, made smaller, marked, cropped a little.</summary>
internal static class Alterations
{
    // Each with the filter that makes it, and the quality of its JPEG (2 is best, 31 worst).
    private static readonly (string How, string Filter, string Quality)[] Ways =
    [
        ("recompressed", "null", "12"),
        ("resized", "scale=iw/2:-2", "4"),
        ("watermarked", "drawbox=x=iw*0.8:y=ih*0.92:w=iw*0.16:h=ih*0.04:color=white@0.4:t=fill", "4"),
        ("cropped", "crop=iw*0.985:ih*0.985", "4"),
    ];

    /// <summary>The names of the ways.</summary>
    public static IEnumerable<string> Names => Ways.Select(w => w.How);

    /// <summary>Makes one copy of each picture in each way.</summary>
    public static async Task<IReadOnlyList<Altered>> Make(IReadOnlyList<Picture> pictures, string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var made = new List<Altered>[pictures.Count];
        await Parallel.ForAsync(0, pictures.Count, ct, async (i, stop) => made[i] = await Make(pictures[i], folder, stop));
        return [.. made.SelectMany(m => m)];
    }

    private static async Task<List<Altered>> Make(Picture picture, string folder, CancellationToken ct)
    {
        var name = Path.GetFileNameWithoutExtension(picture.Path);
        var copies = Ways.Select(w => new Altered(w.How, picture, Path.Combine(folder, $"{name}-{w.How}.jpg"))).ToList();
        var outputs = Ways.Zip(copies).SelectMany(w => (string[])["-vf", $"{w.First.Filter},format=yuvj420p", "-q:v", w.First.Quality, "-frames:v", "1", w.Second.Path]);
        var ended = await Child.Run("ffmpeg", ["-v", "error", "-nostdin", "-y", "-threads", "1", "-i", picture.Path, .. outputs], ct);
        return ended.Code == 0 ? copies : throw new StepFailed($"ffmpeg makes copies of {name}: {ended.Errors}");
    }
}
