using System.Runtime.CompilerServices;

namespace Jaga.Tests.Rules;

/// <summary>The source tree, as the rules read it: no build output, nothing fetched, nothing hidden but .ci.</summary>
internal static class Source
{
    private static readonly HashSet<string> NotOurs = ["bin", "obj", "node_modules", "artifacts", "TestResults", "assets", "data"];

    /// <summary>The folder that holds jaga.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files below the root with one of the endings, relative to it, with forward slashes.</summary>
    public static IEnumerable<string> Files(string below, params string[] endings) =>
        Walk(Path.Combine(Root, below)).Where(f => endings.Length == 0 || endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)))
            .Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal);

    /// <summary>The text of a file named by <see cref="Files"/>.</summary>
    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>Fails with the whole list of what breaks a rule.</summary>
    public static void Keeps(IEnumerable<string> broken)
    {
        var all = broken.ToList();
        Assert.True(all.Count == 0, string.Join(Environment.NewLine, all));
    }

    private static IEnumerable<string> Walk(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.GetFiles(folder),
        .. Directory.GetDirectories(folder).Where(d => Ours(Path.GetFileName(d))).SelectMany(Walk),
    ];

    private static bool Ours(string folder) => !NotOurs.Contains(folder) && (folder[0] != '.' || folder == ".ci");

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        for (var folder = Path.GetDirectoryName(thisFile); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "jaga.slnx")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("No folder above this file holds jaga.slnx.");
    }
}
