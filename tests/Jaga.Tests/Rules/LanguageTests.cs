using System.Text.Json;

namespace Jaga.Tests.Rules;

public sealed class LanguageTests
{
    [Fact]
    public void Indonesian_and_English_say_the_same_things()
    {
        foreach (var english in Source.Files("src", "/en.json"))
        {
            var indonesian = Path.Combine(Path.GetDirectoryName(english)!, "id.json");
            Source.Keeps(Unpaired(Source.Text(english), Source.Text(indonesian)));
        }
    }

    [Fact]
    public void The_rule_finds_a_text_that_one_language_lacks() =>
        Assert.Equal(["a.c", "d"], Unpaired("""{ "a": { "b": "x", "c": "y" } }""", """{ "a": { "b": "z" }, "d": "" }"""));

    private static IEnumerable<string> Unpaired(string one, string other)
    {
        var (left, right) = (Keys(one), Keys(other));
        return left.Except(right).Concat(right.Except(left)).Order();
    }

    private static HashSet<string> Keys(string json)
    {
        using var document = JsonDocument.Parse(json, new() { CommentHandling = JsonCommentHandling.Skip });
        return [.. Keys(document.RootElement, "")];
    }

    private static IEnumerable<string> Keys(JsonElement element, string prefix) => element.ValueKind is JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(p => Keys(p.Value, prefix.Length == 0 ? p.Name : $"{prefix}.{p.Name}"))
        : [prefix];
}
