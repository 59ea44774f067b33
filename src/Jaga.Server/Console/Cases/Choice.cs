using Jaga.Cases;
using Jaga.Enforcement;

namespace Jaga.Server.Pages.Cases;

/// <summary>One thing that a reviewer can decide with one key: a verdict and what the platform shall do.</summary>
/// <param name="Word">Its words: <c>choice.WORD</c>; also the form's value.</param>
/// <param name="Key">The digit that chooses it.</param>
/// <param name="Verbs">What the platform shall do, each on the item, its account or its group, or on what stands at the address.</param>
public sealed record Choice(string Word, string Key, Verdict Verdict, IReadOnlyList<Verb> Verbs)
{
    private static readonly Choice Nothing = new("no-violation", "1", Verdict.NoViolation, []);
    private static readonly Choice CannotView = new("cannot-view", "9", Verdict.CannotView, []);
    private static readonly Choice Geoblocked = new("geoblock", "4", Verdict.Illegal, [Verb.Geoblock]);
    private static readonly Choice Removed = new("remove", "2", Verdict.Violation, [Verb.Remove]);
    private static readonly Choice IllegalRemoved = new("illegal-remove", "5", Verdict.Illegal, [Verb.Remove]);

    // What a person found is said also where the platform can do nothing about it: those who reported it are owed the answer.
    private static readonly IReadOnlyList<Choice> VerdictAlone = [new("violation-only", "8", Verdict.Violation, []), new("illegal-only", "0", Verdict.Illegal, [])];

    private static readonly IReadOnlyList<Choice> OnItem =
    [
        Removed,
        new("warn", "3", Verdict.Violation, [Verb.Remove, Verb.Warn]),
        Geoblocked,
        IllegalRemoved,
        new("illegal-ban", "6", Verdict.Illegal, [Verb.Remove, Verb.BanAccount]),
        new("illegal-group", "7", Verdict.Illegal, [Verb.Remove, Verb.BanAccount, Verb.CloseGroup]),
    ];

    private static readonly IReadOnlyList<Choice> OnLink = [Removed, Geoblocked, IllegalRemoved, .. VerdictAlone];

    private static readonly IReadOnlyList<Choice> OnGroup =
        [new("close-group", "2", Verdict.Violation, [Verb.CloseGroup]), new("illegal-close-group", "5", Verdict.Illegal, [Verb.CloseGroup]), .. VerdictAlone];

    private static readonly IReadOnlyList<Choice> OnAccount =
    [
        new("ban-account", "2", Verdict.Violation, [Verb.BanAccount]),
        new("warn-account", "3", Verdict.Violation, [Verb.Warn]),
        new("illegal-ban-account", "5", Verdict.Illegal, [Verb.BanAccount]),
        .. VerdictAlone,
    ];

    /// <summary>Whether the reviewer must name countries.</summary>
    public bool NeedsCountries => Verbs.Contains(Verb.Geoblock);

    /// <summary>
    /// The choices that fit a case: those whose every verb has something to act on, and the verdict alone where it is about no item. A key means the same thing in every case:
    /// 2 takes away what breaks the rules, 5 what is illegal.
    /// </summary>
    public static IReadOnlyList<Choice> For(CaseCard @case)
    {
        var all = (@case.Means ?? @case.About).Kind switch { "item" => OnItem, "link" => OnLink, "group" => OnGroup, "account" => OnAccount, _ => VerdictAlone };
        return [Nothing, .. all.Where(c => c.Verbs.All(v => Target(v, @case) is not null)), CannotView];
    }

    /// <summary>The choice with this word.</summary>
    /// <exception cref="BadInput">There is none such for this case.</exception>
    public static Choice Find(string? word, CaseCard @case) => For(@case).SingleOrDefault(c => c.Word == word) ?? throw new BadInput("choice", "Choose what you decide.");

    /// <summary>What <paramref name="verb"/> acts on in this case, or null where the platform named none.</summary>
    public static Subject? Target(Verb verb, CaseCard @case)
    {
        var (kind, about) = (ActionWish.KindOf(verb), @case.Means ?? @case.About);
        return ActionWish.ActsOn(verb, about) ? about : @case.Known.FirstOrDefault(f => f.Name == kind) is { } known ? new Subject(kind, known.Value) : null;
    }

    /// <summary>The actions that follow, with the countries that the reviewer named.</summary>
    /// <param name="countries">ISO 3166-1 codes in any case, with anything but letters between.</param>
    public IReadOnlyList<ActionWish> Actions(CaseCard @case, string? countries) =>
        [.. Verbs.Select(v => new ActionWish(v, Target(v, @case)!.Value, v is Verb.Geoblock ? Codes(countries) : null))];

    private static List<string> Codes(string? countries) =>
        [.. (countries ?? "").ToUpperInvariant().Split([' ', ',', ';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Distinct()];
}
