using System.Globalization;

namespace Jaga.Letters;

/// <summary>The fields of a letter, <c>{{recipient.name}}</c> and the like (<see cref="MergeText"/>): each is known, and each is filled for every recipient before anything leaves.</summary>
public static class MergeFields
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
        if (MergeText.Fields(text, field).FirstOrDefault(f => !Known.Contains(f)) is { } stranger)
        {
            throw MergeText.Unknown(stranger, Known, field);
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
    internal static string Fill(string text, IReadOnlyDictionary<string, string> values) => MergeText.Fill(text, "body", field =>
        values.GetValueOrDefault(field) ?? throw new RuleBroken($"{MergeText.Written(field)} has no value for {values.GetValueOrDefault("recipient.name", "this recipient")}."));

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
}
