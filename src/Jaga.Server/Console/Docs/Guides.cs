using System.Reflection;

namespace Jaga.Server.Pages.Docs;

/// <summary>The guides for those who write a program against the interface, as they lie in docs/integrate: in the executable, so that they are of its version and need no network.</summary>
internal static class Guides
{
    private const string First = "platform.md";

    /// <summary>Name and title of each; whoever connects a platform begins with the first.</summary>
    public static IReadOnlyList<(string Name, string Title)> All { get; } =
        [.. Names().OrderByDescending(n => n == First).ThenBy(n => n, StringComparer.Ordinal).Select(n => (n, Text(n).Split('\n')[0].TrimStart('#', ' ')))];

    /// <summary><c>GET /docs/{name}</c>: a guide as it is written, in Markdown.</summary>
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/docs/{name}", (string name) =>
        All.Any(g => g.Name == name) ? TypedResults.Text(Text(name), "text/plain; charset=utf-8") : throw new NotFound("such guide")).Public("the guides hold no data");

    private static IEnumerable<string> Names() => Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith("guides/", StringComparison.Ordinal)).Select(n => n["guides/".Length..]);

    private static string Text(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"guides/{name}")!);
        return reader.ReadToEnd();
    }
}
