using System.IO.Compression;
using System.Text;

namespace Jaga.Server.Cli.Demo;

/// <summary>Files as somebody sends them who wants to break a reader, or to slip by it.</summary>
internal static class HostileFiles
{
    /// <summary>Makes them in <paramref name="folder"/>.</summary>
    /// <param name="photograph">A whole JPEG that nobody banked, to cut short.</param>
    public static IReadOnlyList<string> Make(string photograph, string folder)
    {
        Directory.CreateDirectory(folder);
        string In(string name) => Path.Combine(folder, name);

        var whole = File.ReadAllBytes(photograph);
        File.WriteAllBytes(In("truncated.jpg"), whole[..(whole.Length / 3)]);
        File.WriteAllText(In("text.jpg"), string.Concat(Enumerable.Repeat("This says that it is a picture. ", 500)), Encoding.UTF8);
        File.WriteAllBytes(In("empty-header.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, .. new byte[2000]]);

        // 400 million black pixels in a file of under two megabytes.
        Png.Write(In("bomb.png"), 20_000, 20_000, colour: false, (_, _) => { });

        using (var archive = ZipFile.Open(In("archive.gif"), ZipArchiveMode.Create))
        {
            archive.CreateEntryFromFile(In("text.jpg"), "inside.txt");
        }

        // Random bytes from the middle of a real picture, so that it opens and then falls apart.
        var damaged = whole.ToArray();
        for (var i = damaged.Length / 4; i < damaged.Length * 3 / 4; i++)
        {
            damaged[i] = (byte)((i * 2654435761) >> 13);
        }

        File.WriteAllBytes(In("damaged.jpg"), damaged);
        return [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
    }
}
