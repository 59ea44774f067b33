using System.Globalization;
using Jaga.Media;
using Jaga.Server.Cli.Demo;

namespace Jaga.Server.Cli.Bench;

/// <summary>Photographs as platforms send them: JPEG, the longer side 1,024 pixels, about 96 kB.</summary>
internal static class Photographs
{
    private const int Most = 100, Enough = 96_000;
    private static readonly string[] Quantisers = ["2", "3", "4", "6", "9", "14"];

    /// <summary>Makes them of whatever photographs stand in a folder.</summary>
    /// <exception cref="StepFailed">There are none.</exception>
    public static async Task<IReadOnlyList<byte[]>> Make(DirectoryInfo from, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("jaga-photographs-");
        try
        {
            var files = FilesOf.Paths([from.FullName], (_, why) => Terminal.Remark(why)).Take(Most).ToList();
            var made = new List<byte[]>();
            foreach (var (number, file) in files.Index())
            {
                var targets = Quantisers.Select(q => Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{number}-{q}.jpg"))).ToList();
                var outputs = targets.Zip(Quantisers).SelectMany(t => (string[])["-vf", "scale=1024:1024:force_original_aspect_ratio=decrease,format=yuvj420p", "-q:v", t.Second, "-frames:v", "1", t.First]);
                if ((await Child.Run(new MediaSettings().Ffmpeg, ["-v", "error", "-nostdin", "-y", "-i", file, .. outputs], ct)).Code == 0)
                {
                    made.Add(await File.ReadAllBytesAsync(targets.MinBy(t => Math.Abs(new FileInfo(t).Length - Enough))!, ct));
                }
            }

            return made.Count > 0 ? made : throw new StepFailed("there are no photographs in that folder");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
