using System.Text;

namespace Jaga.Evidence;

/// <summary>
/// Finds where a tag file was altered, from what the others say: a line of a manifest that has another path than its sibling's, or another digest than its file; a line of
/// <c>blocks-sha256.txt</c> that has another digest than its block. It only helps to find the place; what decides is the manifests.
/// </summary>
internal static class BagSpot
{
    /// <summary>The first byte and the end of what is not as it was in <paramref name="path"/>; null where this bag cannot tell.</summary>
    public static (long From, long To)? Of(BagContent bag, string path) =>
        BagManifest.IsOne(path, "manifest-") ? Line(bag.Text(path)!, (line, i) => IsRight(bag, path, line, i))
        : path == BagBlocks.Name ? Line(bag.Text(path)!, (line, _) => BagBlocks.IsRight(bag, line))
        : BagBlocks.Altered(bag, path);

    /// <summary>
    /// Whether the tag manifests are written as ours are: no digest covers them, and a digit in capitals or another kind of space would otherwise go unseen.
    /// </summary>
    public static BagFault? Written(BagContent bag)
    {
        foreach (var name in bag.Files.Keys.Where(f => BagManifest.IsOne(f, "tagmanifest-")))
        {
            var algorithm = Path.GetFileNameWithoutExtension(name).Split('-', 2)[1];
            if (Line(bag.Text(name)!, (line, _) => line.Split("  ", 2) is [var digest, var path] && bag.Files.TryGetValue(path, out var file) && digest == file.Digest(algorithm)) is var (from, _))
            {
                return new(name, from, $"{name} was altered: its line at byte {from} is not written as it was.");
            }
        }

        return null;
    }

    private static bool IsRight(BagContent bag, string manifest, string line, int number)
    {
        var sibling = bag.Text(manifest.Contains("sha256", StringComparison.Ordinal) ? "manifest-sha512.txt" : "manifest-sha256.txt")?.Split('\n');
        return line.Split("  ", 2) is [var digest, var path] && bag.Files.TryGetValue(path, out var file)
            && digest == file.Digest(Path.GetFileNameWithoutExtension(manifest).Split('-', 2)[1])
            && (sibling is null || (number < sibling.Length && sibling[number].Split("  ", 2) is [_, var other] && other == path));
    }

    private static (long, long)? Line(string text, Func<string, int, bool> right)
    {
        var (at, lines) = (0L, text.Split('\n'));
        for (var i = 0; i < lines.Length; i++)
        {
            var end = at + Encoding.UTF8.GetByteCount(lines[i]);
            if (i == lines.Length - 1 ? lines[i].Length > 0 : !right(lines[i], i))
            {
                return (at, end);
            }

            at = end + 1;
        }

        return null;
    }
}
