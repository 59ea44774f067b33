using System.Globalization;
using System.Text.RegularExpressions;

namespace Jaga.Letters;

/// <summary>The fields of a letter, <c>{{recipient.name}}</c> and the like: each is known, and each is filled for every recipient before anything leaves.</summary>
public static partial class MergeFields
{
    /// <summary>Every field there is.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "recipient.name", "recipient.organisation", "recipient.address", "letter.reference", "letter.subject", "letter.date",
        "answers.reference", "answers.subject", "answers.date", "house.name", "house.address",
    ];

    /// <summary>Refuses text with a field that is not known, or that is not closed.</summary>
    /// <exception cref="BadInput">The field is named.</exception>
    public static void Check(string text, string field)
    {
        if (Field().Matches(text).Select(m => m.Groups[1].Value.Trim()).FirstOrDefault(f => !Known.Contains(f)) is { } stranger)
        {
            throw new BadInput(field, $"{{{{{stranger}}}}} is not a field. Known: {string.Join(", ", Known)}.");
        }

        if (Field().Replace(text, "").Contains("{{", StringComparison.Ordinal))
        {
            throw new BadInput(field, "A field is opened with {{ and not closed with }}.");
        }
    }

    /// <summary>The values for one recipient. What there is no value for is missing.</summary>
    internal static Dictionary<string, string> Of(Letter letter, Party to, Letter? answers, LetterSettings house, DateTimeOffset today)
    {
        var values = new Dictionary<string, string?>
        {
            ["recipient.name"] = to.Name,
            ["recipient.organisation"] = to.Organisation,
            ["recipient.address"] = to.PostalAddress ?? to.Email,
            ["letter.reference"] = letter.Reference,
            ["letter.date"] = Day(today, letter.Language),
            ["answers.reference"] = answers?.Reference,
            ["answers.subject"] = answers?.Title,
            ["answers.date"] = answers is null ? null : Day(answers.At, letter.Language),
            ["house.name"] = house.Name,
            ["house.address"] = string.Join("\n", house.AddressLines),
        };
        return values.Where(v => !string.IsNullOrWhiteSpace(v.Value)).ToDictionary(v => v.Key, v => v.Value!);
    }

    /// <summary>Puts the values in.</summary>
    /// <exception cref="RuleBroken">A field has no value; it is named, and for whom.</exception>
    internal static string Fill(string text, IReadOnlyDictionary<string, string> values) => Field().Replace(text, m =>
        values.GetValueOrDefault(m.Groups[1].Value.Trim()) ?? throw new RuleBroken($"{{{{{m.Groups[1].Value.Trim()}}}}} has no value for {values.GetValueOrDefault("recipient.name", "this recipient")}."));

    /// <summary>A day as the language writes it.</summary>
    internal static string Day(DateTimeOffset at, string language)
    {
        try
        {
            return at.ToString("d MMMM yyyy", CultureInfo.GetCultureInfo(language));
        }
        catch (CultureNotFoundException)
        {
            return at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
    }

    [GeneratedRegex(@"\{\{([^{}]*)\}\}")]
    private static partial Regex Field();
}
