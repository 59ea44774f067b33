using System.Text.RegularExpressions;

namespace Jaga.Tests.Rules;

public sealed partial class DocumentTests
{
    [Fact]
    public void Every_path_that_a_document_names_exists() => Source.Keeps(
        Source.Files("", ".md").SelectMany(f => Lost(f, Source.Text(f), path => Path.Exists(Path.Combine(Source.Root, path)))));

    [Fact]
    public void The_rule_finds_a_path_that_is_not_there()
    {
        const string text = "See [here](../README.md#start), [there](gone.md), [web](https://example.org/x.md), `src/Jaga/House.cs`, `src/Gone/` and `docs/adr/NNNN-title.md`.";
        string[] there = ["README.md", "src/Jaga/House.cs"];
        Assert.Equal(["docs/a.md names docs/gone.md", "docs/a.md names src/Gone/"], Lost("docs/a.md", text, there.Contains));
    }

    private static List<string> Lost(string document, string text, Func<string, bool> exists)
    {
        var folder = Path.GetDirectoryName(document)!;
        var links = Link().Matches(text).Select(m => m.Groups[1].Value)
            .Where(l => !l.Contains("://", StringComparison.Ordinal) && !l.StartsWith('#') && !l.StartsWith("mailto:", StringComparison.Ordinal))
            .Select(l => Path.GetRelativePath(Source.Root, Path.GetFullPath(Path.Combine(Source.Root, folder, l.Split('#')[0]))));
        var paths = Quoted().Matches(text).Select(m => m.Groups[1].Value).Where(p => !p.Contains("NNNN", StringComparison.Ordinal));
        return [.. links.Concat(paths).Distinct().Where(p => !exists(p)).Select(p => $"{document} names {p}")];
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|docs|web|samples|bench|\.ci)/[\w./-]*)`")]
    private static partial Regex Quoted();
}
