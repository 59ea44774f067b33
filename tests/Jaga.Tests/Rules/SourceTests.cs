using System.Text.RegularExpressions;

namespace Jaga.Tests.Rules;

public sealed partial class SourceTests
{
    private const int LongestFile = 300;
    private const int KernelBudget = 1550;

    // In pieces, so that this file keeps the rule that it checks.
    private static readonly string[] Elsewhere = ["/wo" + "rk/", "/fa" + "rm/", "/tm" + "p/h/", "api.nuget" + ".org", "registry.npmjs" + ".org"];

    [Fact]
    public void No_file_holds_two_ideas() =>
        Source.Keeps(TooLong(Source.Files("src", ".cs", ".razor").Concat(Source.Files("web", ".ts")).Concat(Source.Files("samples", ".cs")).Select(f => (f, Source.Text(f)))));

    [Fact]
    public void The_rule_finds_a_long_file() =>
        Assert.Equal(["b.cs has 301 lines"], TooLong([("a.cs", new('\n', LongestFile)), ("b.cs", new('\n', LongestFile + 1))]));

    [Fact]
    public void The_kernel_keeps_to_its_budget() =>
        Assert.InRange(CodeLines(Source.Files("src/Jaga/Kernel", ".cs").Select(Source.Text)), 1, KernelBudget);

    [Fact]
    public void The_budget_counts_code_and_neither_comments_nor_blank_lines() =>
        Assert.Equal(2, CodeLines(["/// <summary>x</summary>\nvar a = 1;\n\n    // why\n", "var b = 2; // why"]));

    [Fact]
    public void Nothing_names_one_machine_or_one_registry() =>
        Source.Keeps(Tied(Source.Files("").Where(IsText).Select(f => (f, Source.Text(f)))));

    [Fact]
    public void The_rule_finds_a_machine_path_and_a_registry() =>
        Assert.Equal(["a.md", "b.json"], Tied([("a.md", $"see {Elsewhere[0]}notes"), ("b.json", $"https://{Elsewhere[4]}/x"), ("c.md", "artwork/notes")]));

    [Fact]
    public void Every_public_type_says_what_it_is() =>
        Source.Keeps(Undescribed(Source.Files("src/Jaga", ".cs").Concat(Source.Files("src/Jaga.Hashing", ".cs")).Select(f => (f, Source.Text(f)))));

    [Fact]
    public void The_rule_finds_a_public_type_without_a_description()
    {
        const string text = "/// <summary>Told.</summary>\n[Attribute]\npublic sealed class Told;\n\npublic readonly record struct Untold(int A);\ninternal class Inner;";
        Assert.Equal(["a.cs: Untold"], Undescribed([("a.cs", text)]));
    }

    // The compiler's own check of this one rule takes a minute of every build.
    [Fact]
    public void A_namespace_that_is_alone_is_the_whole_file() =>
        Source.Keeps(Indented(Source.Files("", ".cs").Select(f => (f, Source.Text(f)))));

    [Fact]
    public void The_rule_finds_a_namespace_with_a_brace() =>
        Assert.Equal(["b.cs", "c.cs"], Indented([("a.cs", "namespace A;\n"), ("b.cs", "using A;\n\nnamespace B\n{\n}"), ("c.cs", "namespace C.D {"), ("d.cs", "namespace D\n{\n}\n\nnamespace E\n{\n}"), ("e.cs", "app.Run();\n\nnamespace E\n{\n}")]));

    private static List<string> Indented(IEnumerable<(string File, string Text)> files) =>
        [.. files.Where(f => BracedNamespace().Matches(f.Text) is [{ } alone] && f.Text[..alone.Index].Split('\n').All(IsAbove)).Select(f => f.File)];

    // After the statements of a program a namespace has to be in braces.
    private static bool IsAbove(string line) => line.Trim() is "" or ['/' or '#' or '[', ..] || line.StartsWith("using ", StringComparison.Ordinal);

    private static List<string> TooLong(IEnumerable<(string File, string Text)> files) =>
        [.. files.Select(f => (f.File, Lines: f.Text.Count(c => c == '\n'))).Where(f => f.Lines > LongestFile).Select(f => $"{f.File} has {f.Lines} lines")];

    private static int CodeLines(IEnumerable<string> texts) =>
        texts.SelectMany(t => t.Split('\n')).Select(l => l.Trim()).Count(l => l.Length > 0 && !l.StartsWith("//", StringComparison.Ordinal));

    private static List<string> Tied(IEnumerable<(string File, string Text)> files) =>
        [.. files.Where(f => Elsewhere.Any(e => f.Text.Contains(e, StringComparison.OrdinalIgnoreCase))).Select(f => f.File)];

    private static bool IsText(string file) => Path.GetExtension(file) is ".cs" or ".razor" or ".md" or ".json" or ".sql" or ".ts" or ".mjs" or ".css" or ".csproj" or ".props" or ".slnx" or ".sh" or ".yml" or ".txt" or ".csv" or "" or ".npmrc" or ".run";

    // One description is enough for a partial type; the other parts stand in other rooms.
    private static List<string> Undescribed(IEnumerable<(string File, string Text)> files)
    {
        var types = files.SelectMany(f => Types(f.File, f.Text.Split('\n'))).ToList();
        var told = types.Where(t => t.Told).Select(t => t.Name).ToHashSet();
        return [.. types.Where(t => !told.Contains(t.Name)).Select(t => $"{t.File}: {t.Name}")];
    }

    private static IEnumerable<(string File, string Name, bool Told)> Types(string file, string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (PublicType().Match(lines[i]) is { Success: true } type)
            {
                var above = lines[..i].Select(l => l.Trim()).LastOrDefault(l => !l.StartsWith('[') && !l.StartsWith('#'));
                yield return (file, type.Groups["name"].Value, above?.StartsWith("///", StringComparison.Ordinal) is true);
            }
        }
    }

    [GeneratedRegex(@"^namespace [\w.]+\s*\{", RegexOptions.Multiline)]
    private static partial Regex BracedNamespace();

    [GeneratedRegex(@"^\s*public (\w+ )*(class|record struct|record|struct|interface|enum|delegate .*) (?<name>\w+)")]
    private static partial Regex PublicType();
}
