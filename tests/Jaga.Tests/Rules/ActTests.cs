using System.Text.Json;
using System.Text.RegularExpressions;
using Jaga.Kernel;
using Jaga.Server.Pages;

namespace Jaga.Tests.Rules;

/// <summary>Whatever is recorded has words in each language, and so has all recurring work: people read the log and the status page.</summary>
public sealed partial class ActTests
{
    // What SecondWords puts together from the act and its step, and from what it is about.
    private static readonly string[] PutTogether =
    [
        .. from act in new[] { "export", "reveal", "lift" } from step in new[] { "asked", "allowed", "used" } select $"{act}.{step}",
        .. from about in new[] { "exhibit.export", "case.reveal", "hold.lift" } from step in new[] { "asked", "allowed" } select $"{about}-{step}",
    ];

    [Fact]
    public void Every_action_that_is_recorded_has_words_in_each_language()
    {
        var known = JsonSerializer.Deserialize<Dictionary<string, string[]>>(Source.Text("src/Jaga.Server/Console/Text/acts.json"))!;
        Source.Keeps(Source.Files("src", ".cs").SelectMany(f => Recorded(Source.Text(f)).Where(a => !known.ContainsKey(a)).Select(a => $"{f}: acts.json has no \"{a}\"")));
        Source.Keeps(PutTogether.Where(a => !known.ContainsKey(a)).Select(a => $"acts.json has no \"{a}\""));
        Source.Keeps(known.Where(k => k.Value.Length != Text.Languages.Count || k.Value.Any(string.IsNullOrWhiteSpace) || k.Value[0] == k.Value[1]).Select(k => $"{k.Key} has not its words in each language"));
    }

    [Fact]
    public void The_rule_finds_actions_by_literal_by_choice_and_by_constant() => Assert.Equal(["a.b-c", "d.e", "f.g", "h.i", "j.k"], Recorded("""
        // audit.Record(actor, "not.this");
        public const string Line = "a.b-c";
        audit.Record(actor, done ? "d.e" : "f.g", subject, $"x.y of {Name("q.r s")}");
        audit.Record(Me, Line, subject);
        audit.Record(actor, deed, subject); Steer(id, "h.i", request); return "j.k";
        """).Order(StringComparer.Ordinal));

    [Fact]
    public async Task All_recurring_work_has_words_in_each_language()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var known = Text.Keys("en").ToHashSet();
        Source.Keeps(jaga.Services.GetServices<RecurringKind>().Where(k => !known.Contains($"work.{k.Name}")).Select(k => $"en.json has no words for work.{k.Name}"));
    }

    // What stands in calls of Record; and where one is given a name in place of a literal, whatever in the file looks like an action.
    private static IEnumerable<string> Recorded(string code)
    {
        code = Comment().Replace(code, "");
        var calls = Call().Matches(code).Select(m => Arguments(code, m.Index + m.Length)).ToList();
        var named = calls.Exists(c => !Action().IsMatch(c));
        return (named ? calls.Append(code) : calls).SelectMany(c => Action().Matches(c)).Select(m => m.Groups["action"].Value).Where(a => !Elsewhere().IsMatch(a)).Distinct();
    }

    private static string Arguments(string code, int from)
    {
        var (depth, at) = (1, from);
        for (; depth > 0 && at < code.Length; at++)
        {
            depth += code[at] switch { '(' => 1, ')' => -1, _ => 0 };
        }

        return code[from..at];
    }

    [GeneratedRegex("//[^\\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\baudit\.Record\(")]
    private static partial Regex Call();

    [GeneratedRegex("(?<![$\\w])\"(?<action>[a-z][a-z-]*\\.[a-z][a-z-]*)\"")]
    private static partial Regex Action();

    // Files and clauses in the same places.
    [GeneratedRegex(@"\.(json|html|pdf|txt|csv)$|^(house|eu-dsa)\.")]
    private static partial Regex Elsewhere();
}
