using System.Text.Json;
using System.Text.RegularExpressions;

namespace Jaga.Tests.Rules;

/// <summary>What a rule says in English beside itself is said in Indonesian too, wherever a page can tell it.</summary>
public sealed partial class SentenceTests
{
    // Every room, and every page.
    private static readonly string[] Met = ["src/Jaga/", "src/Jaga.Server/Console/", "src/Jaga.Server/Portal/"];

    [Fact]
    public void Every_rule_that_a_page_can_tell_has_its_sentence_in_Indonesian()
    {
        var known = JsonSerializer.Deserialize<Dictionary<string, string>>(Source.Text("src/Jaga.Server/Console/Text/sentences.json"))!;
        Source.Keeps(Source.Files("src", ".cs").Where(f => Met.Any(m => f.StartsWith(m, StringComparison.Ordinal)))
            .SelectMany(f => Said(Source.Text(f)).Where(s => !known.ContainsKey(s)).Select(s => $"{f}: sentences.json has no \"{s}\"")));
        Source.Keeps(known.Where(k => Holes(k.Value).Except(Holes(k.Key)).Any()).Select(k => $"\"{k.Value}\" fills in what \"{k.Key}\" has not"));
    }

    [Fact]
    public void The_rule_finds_plain_and_filled_sentences_and_leaves_fields_and_settings_alone() => Assert.Equal(
        ["Say \"why\" first.", "At most {0} of {1}: {2}."],
        Said("""
            // throw new RuleBroken("A comment is none.");
            throw new BadInput("field name", mistake ? "Say \"why\" first." : $"At most {Most:N0} of {string.Join(", ", all.Select(a => $"{a}"))}: {(x > 1 ? 'a' : '"')}.");
            throw new RuleBroken(otherwise); yield return "A setting is wrong.";
            """));

    /// <summary>The sentences of a file's broken rules and wrong input, with {0}, {1} … for what they fill in.</summary>
    private static IEnumerable<string> Said(string code)
    {
        code = Comment().Replace(code, "");
        foreach (Match start in Start().Matches(code))
        {
            for (var at = start.Index + start.Length; at < code.Length && code[at] != ';';)
            {
                if (code[at] is '\'')
                {
                    at = code.IndexOf('\'', at + 2) + 1;
                }
                else if (code[at] is '"')
                {
                    var text = Literal(code, ref at);
                    if (Sentence().IsMatch(text))
                    {
                        yield return text;
                    }
                }
                else
                {
                    at++;
                }
            }
        }
    }

    // The literal that begins at the quotation mark; afterwards the place behind it.
    private static string Literal(string code, ref int at)
    {
        var (text, holes, filled) = ("", 0, at > 0 && code[at - 1] is '$');
        for (at++; code[at] != '"'; at++)
        {
            if (code[at] is '\\')
            {
                text += code[++at];
            }
            else if (filled && code[at] is '{')
            {
                text += $"{{{holes++}}}";
                at = Hole(code, at);
            }
            else
            {
                text += code[at];
            }
        }

        at++;
        return text;
    }

    // The closing brace of the hole that begins here.
    private static int Hole(string code, int at)
    {
        for (var depth = 0; ; at++)
        {
            depth += code[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at;
            }

            if (code[at] is '"')
            {
                Literal(code, ref at);
                at--;
            }
            else if (code[at] is '\'')
            {
                at = code.IndexOf('\'', at + 2);
            }
        }
    }

    private static IEnumerable<string> Holes(string sentence) => HoleInText().Matches(sentence).Select(m => m.Value);

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:RuleBroken|BadInput|TooMany|NotReady|Must)\(|\b[Ww]rong\[|\b[Pp]roblems\[")]
    private static partial Regex Start();

    // Not the name of a field, nor what a wrong setting says at the start.
    [GeneratedRegex(@"^(?!\w+:\w+ )[\p{Lu}{'].* .*[.?]$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex HoleInText();
}
