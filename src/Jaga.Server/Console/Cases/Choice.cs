using Jaga.Cases;
using Jaga.Enforcement;

namespace Jaga.Server.Pages.Cases;

/// <summary>One thing that a reviewer can decide with one key: a verdict and what the platform shall do.</summary>
/// <param name="Word">Its words: <c>choice.WORD</c>; also the form's value.</param>
/// <param name="Key">The digit that chooses it.</param>
/// <param name="Verbs">What the platform shall do, each on the item, its account or its group.</param>
public sealed record Choice(string Word, string Key, Verdict Verdict, IReadOnlyList<Verb> Verbs)
{
    private static readonly IReadOnlyList<Choice> All =
    [
        new("no-violation", "1", Verdict.NoViolation, []),
        new("remove", "2", Verdict.Violation, [Verb.Remove]),
        new("warn", "3", Verdict.Violation, [Verb.Remove, Verb.Warn]),
        new("geoblock", "4", Verdict.Illegal, [Verb.Geoblock]),
        new("illegal-remove", "5", Verdict.Illegal, [Verb.Remove]),
        new("illegal-ban", "6", Verdict.Illegal, [Verb.Remove, Verb.BanAccount]),
        new("illegal-group", "7", Verdict.Illegal, [Verb.Remove, Verb.BanAccount, Verb.CloseGroup]),
        new("cannot-view", "9", Verdict.CannotView, []),
    ];

    /// <summary>Whether the reviewer must name countries.</summary>
    public bool NeedsCountries => Verbs.Contains(Verb.Geoblock);

    /// <summary>The choices that fit a case: those whose every verb has something to act on. A key means the same thing in every case.</summary>
    public static IReadOnlyList<Choice> For(CaseCard @case) => [.. All.Where(c => c.Verbs.All(v => Target(v, @case) is not null))];

    /// <summary>The choice with this word.</summary>
    /// <exception cref="BadInput">There is none such for this case.</exception>
    public static Choice Find(string? word, CaseCard @case) => For(@case).SingleOrDefault(c => c.Word == word) ?? throw new BadInput("choice", "Choose what you decide.");

    /// <summary>What <paramref name="verb"/> acts on in this case, or null where the platform named none.</summary>
    public static Subject? Target(Verb verb, CaseCard @case)
    {
        var kind = ActionWish.KindOf(verb);
        return @case.About.Kind == kind ? @case.About : @case.Known.FirstOrDefault(f => f.Name == kind) is { } known ? new Subject(kind, known.Value) : null;
    }

    /// <summary>The actions that follow, with the countries that the reviewer named.</summary>
    /// <param name="countries">ISO 3166-1 codes in any case, with anything but letters between.</param>
    public IReadOnlyList<ActionWish> Actions(CaseCard @case, string? countries) =>
        [.. Verbs.Select(v => new ActionWish(v, Target(v, @case)!.Value, v is Verb.Geoblock ? Codes(countries) : null))];

    private static List<string> Codes(string? countries) =>
        [.. (countries ?? "").ToUpperInvariant().Split([' ', ',', ';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Distinct()];
}
