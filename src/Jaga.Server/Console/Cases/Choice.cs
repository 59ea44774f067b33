namespace Jaga.Server.Pages.Cases;

/// <summary>One thing that a reviewer can decide with one key: a verdict and what the platform shall do.</summary>
/// <param name="Word">Its words: <c>choice.WORD</c>; also the form's value.</param>
/// <param name="Key">The digit that chooses it.</param>
/// <param name="Verdict">The verdict, in the API's word.</param>
/// <param name="Verbs">What the platform shall do, in the API's words, each on the item, its account or its group.</param>
/// <param name="NeedsCountries">Whether the reviewer must name countries.</param>
public sealed record Choice(string Word, string Key, string Verdict, IReadOnlyList<string> Verbs, bool NeedsCountries = false)
{
    /// <summary>Every choice there is; a page shows those that fit what is known of the subject.</summary>
    public static readonly IReadOnlyList<Choice> All =
    [
        new("no-violation", "1", "noViolation", []),
        new("remove", "2", "violation", ["remove"]),
        new("warn", "3", "violation", ["remove", "warn"]),
        new("geoblock", "4", "illegal", ["geoblock"], NeedsCountries: true),
        new("illegal-remove", "5", "illegal", ["remove"]),
        new("illegal-ban", "6", "illegal", ["remove", "banAccount"]),
        new("illegal-group", "7", "illegal", ["remove", "banAccount", "closeGroup"]),
        new("cannot-view", "9", "cannotView", []),
    ];

    /// <summary>Whether a person is acted on, so that a policy must be named.</summary>
    public bool NeedsPolicy => Verdict is "violation" or "illegal";

    /// <summary>How the choice looks.</summary>
    public Tone? Tone => Verdict switch { "illegal" => Pages.Tone.Bad, "violation" => Pages.Tone.Warn, "noViolation" => Pages.Tone.Good, _ => null };
}
