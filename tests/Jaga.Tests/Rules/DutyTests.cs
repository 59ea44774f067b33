using System.Text.RegularExpressions;
using Jaga.Obligations;

namespace Jaga.Tests.Rules;

/// <summary>docs/duties.md says of every clause what the data says, and which file and test are behind it.</summary>
public sealed partial class DutyTests
{
    private const string Page = "docs/duties.md";
    private static readonly Regimes Shipped = new(new());

    // What a test calls a clause by, where a room has a constant for it.
    private static readonly Lazy<ILookup<string, string>> Constants = new(() => Source.Files("src/Jaga", ".cs")
        .SelectMany(f => Constant().Matches(Source.Text(f)).Select(m => (Clause: m.Groups["clause"].Value, Called: $"{Path.GetFileNameWithoutExtension(f)}.{m.Groups["name"].Value}"))).ToLookup(c => c.Clause, c => c.Called));

    [Fact]
    public void The_page_of_duties_has_every_clause_as_the_data_has_it_and_what_opens_it() =>
        Source.Keeps(Wrong(Source.Text(Page), [.. Shipped.All.SelectMany(r => r.Clauses)], Opened(), Source.Text));

    [Fact]
    public void The_rule_finds_what_the_page_lacks_and_what_it_says_otherwise()
    {
        Clause[] clauses = [Shipped.Find("house.decide-case"), Shipped.Find("house.decide-held"), Shipped.Find("house.give-data"), Shipped.Find("house.take-order"), Shipped.Find("house.confirm-action")];
        const string page = """
            | `house.decide-case` | house rule: Decide the case | PT72H | house | A | `a.cs` | `t.cs` |
            | `house.decide-held` | house rule: Decide the item that is held back | PT25H | house | A | `a.cs` | `t.cs` |
            | `house.confirm-action` | house rule: Have the platform confirm the action that was decided | PT15M | house | A | `a.cs` | `t.cs` |
            | `house.give-data` | house rule: Give the authority the data it lawfully asked for, or say on which ground not | P5D | house | A |  |  |
            | `house.gone` | house rule: Nothing | PT1H | house | A | `a.cs` | `t.cs` |
            """;
        Assert.Equal(
            ["house.decide-held: the data says | `house.decide-held` | house rule: Decide the item that is held back | PT24H | house | A |", "house.give-data is opened, and no file and test are named", "house.take-order is not there", "house.confirm-action is not named in t.cs", "house.gone is no clause"],
            Wrong(page, clauses, ["house.give-data"], file => file is "t.cs" ? "OpenCase.Clause" : "duties.Open(clause)"));
    }

    private static List<string> Wrong(string page, IReadOnlyList<Clause> clauses, IReadOnlyCollection<string> opened, Func<string, string> text)
    {
        var rows = Row().Matches(page).ToDictionary(m => m.Groups["name"].Value, m => m);
        var wrong = new List<string>();
        foreach (var clause in clauses)
        {
            var says = $"| `{clause.Name}` | {clause.Cites}: {clause.Duty.En.TrimEnd('.')} | {clause.Due} | {Words.Of(clause.DueBy)} | {(clause.Sure is Sureness.Unknown ? "?" : clause.Sure)} |";
            if (!rows.Remove(clause.Name, out var row))
            {
                wrong.Add($"{clause.Name} is not there");
            }
            else if (row.Groups["says"].Value != says)
            {
                wrong.Add($"{clause.Name}: the data says {says}");
            }
            else if ((row.Groups["by"].Length == 0 || row.Groups["test"].Length == 0) && (opened.Contains(clause.Name) || row.Groups["by"].Length + row.Groups["test"].Length > 0))
            {
                wrong.Add($"{clause.Name} is opened, and no file and test are named");
            }
            else if (row.Groups["by"].Length > 0 && !text(row.Groups["by"].Value).Contains("Open(", StringComparison.Ordinal) && !text(row.Groups["by"].Value).Contains(clause.Name, StringComparison.Ordinal))
            {
                wrong.Add($"{clause.Name} is not opened in {row.Groups["by"].Value}");
            }
            else if (row.Groups["test"].Length > 0 && !Calls(clause.Name).Any(text(row.Groups["test"].Value).Contains))
            {
                wrong.Add($"{clause.Name} is not named in {row.Groups["test"].Value}");
            }
        }

        return [.. wrong, .. rows.Keys.Select(r => $"{r} is no clause")];
    }

    // How a test may name a clause: in full, or by a room's constant for it.
    private static IEnumerable<string> Calls(string clause) => Constants.Value[clause].Prepend(clause);

    // What a room names as a clause, and what the data of orders and of data requests name.
    private static HashSet<string> Opened()
    {
        var named = Source.Files("src/Jaga", ".cs").Where(f => !f.StartsWith("src/Jaga/Obligations/", StringComparison.Ordinal)).Concat(Source.Files("src/Jaga/Disclosure/DataRules", ".json"))
            .SelectMany(f => Name().Matches(Source.Text(f)).Select(m => m.Value));
        var ordered = Shipped.All.Where(r => r.Orders is not null).SelectMany(r => (string?[])[r.Orders!.Normal, r.Orders.Urgent, r.Orders.Inform, r.Orders.Preserve, r.Orders.Normalise, r.Orders.Warnings?.Normal, r.Orders.Warnings?.Urgent, r.Orders.Warnings?.PayFine]);
        return [.. named.Concat(ordered.OfType<string>()).Where(n => Shipped.TryFind(n) is not null)];
    }

    [GeneratedRegex(@"^(?<says>\| `(?<name>[a-z0-9-]+\.[a-z-]+)` \| .* \| .* \| (?:law|house) \| [ABC?] \|) (?:`(?<by>[^`]+)`)? \| (?:`(?<test>[^`]+)`)? \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<name>\w+) = ""(?<clause>[a-z0-9-]+\.[a-z-]+)""")]
    private static partial Regex Constant();

    [GeneratedRegex(@"[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z]+(?:-[a-z]+)*")]
    private static partial Regex Name();
}
