using System.Runtime.CompilerServices;

namespace Jaga.Tests.Support;

/// <summary>
/// Test data that is not part of the repository: in the folder that JAGA_SHARED names (it holds <c>data</c>), or in a folder "shared" beside
/// one of the folders above. Tests that need it are shown as skipped where it is absent.
/// </summary>
internal static class SharedData
{
    private static readonly string? Root = Find();

    /// <summary>The path of a file or folder below <c>data</c>; skips the running test where there is none.</summary>
    internal static string Path(params string[] parts)
    {
        var path = Root is null ? null : System.IO.Path.Combine([Root, .. parts]);
        if (path is null || !System.IO.Path.Exists(path))
        {
            Assert.Skip($"shared/data/{string.Join('/', parts)} is not here; set JAGA_SHARED to the folder that holds data.");
        }

        return path;
    }

    private static string? Find([CallerFilePath] string thisFile = "")
    {
        if (Environment.GetEnvironmentVariable("JAGA_SHARED") is { Length: > 0 } named)
        {
            return System.IO.Path.Combine(named, "data");
        }

        foreach (var start in new[] { AppContext.BaseDirectory, System.IO.Path.GetDirectoryName(thisFile) })
        {
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = System.IO.Path.GetDirectoryName(folder))
            {
                if (Directory.Exists(System.IO.Path.Combine(folder, "shared", "data")))
                {
                    return System.IO.Path.Combine(folder, "shared", "data");
                }
            }
        }

        return null;
    }
}
