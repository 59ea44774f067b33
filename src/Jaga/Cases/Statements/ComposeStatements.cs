using Jaga.Enforcement;
using Jaga.Letters;

namespace Jaga.Cases.Statements;

/// <summary>A statement before it is issued.</summary>
/// <param name="To">Whom it is for.</param>
public sealed record ComposedStatement(Subject To, StatementKind Kind, StatementGround Ground, bool AutomatedDetection, bool AutomatedDecision, DateTimeOffset ObjectUntil, IReadOnlyList<StatementText> Texts);

/// <summary>Makes the statements that follow from a decision: one for each person whom it touches, filled from what was found and decided. Preview and decision ask the same.</summary>
public sealed class ComposeStatements(Db db, StatementSettings settings, ReadStatementTemplates templates, IEnumerable<IKnowsSubject> rooms)
{
    /// <param name="policy">The rule or law, as the person will read it.</param>
    /// <param name="reason">The reviewer's words, as the person will read them; may be empty.</param>
    /// <param name="wishes">What the platform is asked to do; nobody is owed a statement where that is nothing.</param>
    /// <param name="effective">When it takes effect.</param>
    /// <param name="reference">The decision's id; null before there is one.</param>
    /// <exception cref="BadInput">A template names a field that cannot be filled.</exception>
    public async Task<IReadOnlyList<ComposedStatement>> Run(Case @case, Verdict verdict, string policy, string reason, IReadOnlyList<ActionWish> wishes, DateTimeOffset effective, string? reference, Actor by, CancellationToken ct)
    {
        if (verdict is not (Verdict.Violation or Verdict.Illegal) || wishes.Count == 0)
        {
            return [];
        }

        var ground = verdict is Verdict.Illegal ? StatementGround.Legal : StatementGround.Policy;
        var sources = await Sources(@case.Id, ct);
        var automatic = by.Kind is ActorKind.System;
        var statements = new List<ComposedStatement>();
        foreach (var person in await ByPerson(wishes, ct))
        {
            var kind = person.Value.Max(w => Weight(w.Verb)).Kind;
            // Whoever is told late has the whole time all the same.
            var until = (effective + settings.Withhold.GetValueOrDefault(@case.Category)).AddMonths(settings.ObjectMonths);
            var texts = new List<StatementText>();
            foreach (var language in StatementWords.Languages)
            {
                var words = StatementWords.In(language);
                var values = Values(words, @case, person.Value, sources, automatic, policy, reason, effective, until, reference);
                var template = await templates.Current(language, kind, ground, ct);
                texts.Add(new(language, MergeText.Fill(template.Title, values, "title"), MergeText.Fill(template.Body, values, "body"), template.Version));
            }

            statements.Add(new(person.Key, kind, ground, sources.Contains("match"), automatic, until, texts));
        }

        return statements;
    }

    private static Dictionary<string, string> Values(
        StatementWords words, Case @case, IReadOnlyList<ActionWish> wishes, IReadOnlyList<string> sources, bool automatic, string policy, string reason, DateTimeOffset effective, DateTimeOffset until, string? reference)
    {
        var ends = wishes.Select(w => w.Until is { } end ? string.Format(null, words.Until, words.Day(end)) : words.Forever).Distinct();
        var places = wishes.Select(w => w.Countries is { Count: > 0 } named ? string.Join(", ", named) : words.Everywhere).Distinct();
        return new()
        {
            ["restrictions"] = string.Join('\n', wishes.Select(words.Sentence)),
            ["scope"] = string.Join("; ", places),
            ["duration"] = string.Join("; ", ends),
            ["facts"] = string.Join(' ', sources.Select(s => words.Facts[s]).Append(string.Format(null, words.Received, words.Day(@case.OpenedAt)))),
            ["automation"] = words.Automation[automatic ? "automatic" : sources.Contains("match") ? "found" : "person"],
            ["ground"] = policy.Trim().TrimEnd('.'),
            ["why"] = string.IsNullOrWhiteSpace(reason) ? words.Why : reason.Trim(),
            ["object-link"] = MergeText.Written("object-link"),
            ["object-until"] = words.Day(until),
            ["redress"] = words.Redress,
            ["decided"] = words.Day(effective),
            ["reference"] = reference ?? words.Reference,
        };
    }

    // Who reported is told to nobody (DSA article 17(3)(b)); that somebody did, is.
    private async Task<IReadOnlyList<string>> Sources(Id<Case> id, CancellationToken ct)
    {
        var kinds = await db.Findings.Where(f => f.Case == id).Select(f => new { f.Source.Kind, f.Algorithm }).Distinct().ToListAsync(ct);
        var found = kinds.Select(k => k.Kind switch { "report" => "report", "order" => "order", _ => k.Algorithm == "unreadable" ? "other" : "match" }).Distinct().Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : ["other"];
    }

    // One person is told once, of all that was done: an item's statement goes to the account that posted it.
    private async Task<Dictionary<Subject, List<ActionWish>>> ByPerson(IReadOnlyList<ActionWish> wishes, CancellationToken ct)
    {
        var people = new Dictionary<Subject, List<ActionWish>>();
        foreach (var wish in wishes)
        {
            var to = wish.Target.Kind == "item" ? await Poster(wish.Target, ct) ?? wish.Target : wish.Target;
            if (!people.TryGetValue(to, out var theirs))
            {
                people.Add(to, theirs = []);
            }

            theirs.Add(wish);
        }

        return people;
    }

    private async Task<Subject?> Poster(Subject item, CancellationToken ct)
    {
        foreach (var room in rooms)
        {
            if ((await room.Facts(item, ct)).FirstOrDefault(f => f.Name == "account") is { } account)
            {
                return new("account", account.Value);
            }
        }

        return null;
    }

    private static (int, StatementKind Kind) Weight(Verb verb) => verb switch
    {
        Verb.BanAccount or Verb.SuspendAccount => (4, StatementKind.Account),
        Verb.CloseGroup => (3, StatementKind.Group),
        Verb.Remove or Verb.Geoblock => (2, StatementKind.Removal),
        _ => (1, StatementKind.Restriction),
    };
}
