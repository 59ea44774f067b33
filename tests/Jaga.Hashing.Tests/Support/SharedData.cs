using System.Globalization;
using System.Runtime.CompilerServices;

namespace Jaga.Hashing.Tests.Support;

/// <summary>
/// The reference vectors and photographs that are not part of the repository: in the folder named by JAGA_SHARED, or in a
/// folder "shared" beside one of the folders above. Tests that need them are shown as skipped where they are absent.
/// </summary>
internal static class SharedData
{
    private const string Landmark = "pdq";

    private static readonly string? Root = Find();

    internal sealed record Expected(PdqHash Hash, int Quality, string File);

    /// <summary>The path of a file or folder of the shared data; skips the running test where there is none.</summary>
    internal static string Path(params string[] parts)
    {
        var path = Root is null ? null : System.IO.Path.Combine([Root, .. parts]);
        if (path is null || !System.IO.Path.Exists(path))
            Assert.Skip($"shared/data/{string.Join('/', parts)} is not here; set JAGA_SHARED to the folder that holds data/{Landmark}.");
        return path;
    }

    /// <summary>The rows of a CSV of hash, quality and file name.</summary>
    internal static IReadOnlyList<Expected> Read(params string[] parts) =>
        [.. File.ReadLines(Path(parts)).Skip(1).Select(line => line.Split(',')).Select(
            cells => new Expected(PdqHash.Parse(cells[0]), int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2]))];

    private static string? Find([CallerFilePath] string thisFile = "")
    {
        if (Environment.GetEnvironmentVariable("JAGA_SHARED") is { Length: > 0 } named)
            return System.IO.Path.Combine(named, "data");
        foreach (var start in new[] { AppContext.BaseDirectory, System.IO.Path.GetDirectoryName(thisFile) })
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = System.IO.Path.GetDirectoryName(folder))
                if (Directory.Exists(System.IO.Path.Combine(folder, "shared", "data", Landmark)))
                    return System.IO.Path.Combine(folder, "shared", "data");
        return null;
    }
}
