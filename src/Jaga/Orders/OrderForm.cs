using System.Text.RegularExpressions;

namespace Jaga.Orders;

/// <summary>An order as it is sent or entered.</summary>
/// <param name="Category">One of <see cref="OrderCategories.Known"/>, e.g. <c>csam</c>, or a word that stands in what the agency is competent for.</param>
/// <param name="Locations">1 to 500 exact addresses, or the platform's own ids as <c>group:812</c>.</param>
/// <param name="LegalBasis">Law and article; 1 to 1,000 characters.</param>
/// <param name="Reasons">1 to 10,000 characters.</param>
/// <param name="Authority">Who signed, where that is not the agency as such; at most 200 characters.</param>
/// <param name="Redress">How one may object; at most 2,000 characters.</param>
/// <param name="Territory">ISO 3166-1 alpha-2 codes; null for the agency's own territory, empty for everywhere.</param>
/// <param name="Urgent">Whether the agency says that it is urgent. A category that the regime calls urgent is so by itself.</param>
/// <param name="Regime">One of the agency's; null for its first that knows orders.</param>
/// <param name="DueAt">A time that the order names; it only ever shortens the law's.</param>
/// <param name="Language">That the order is written in: <c>id</c>, <c>en</c>, … two or three letters; null for the agency's.</param>
/// <param name="Reference">The agency's own; at most 200 characters, unique within the agency.</param>
/// <param name="Contact">Whom to ask about it; at most 500 characters.</param>
public sealed partial record OrderForm(
    string Category, IReadOnlyList<string> Locations, string LegalBasis, string Reasons,
    string? Authority = null, string? Redress = null, IReadOnlyList<string>? Territory = null, bool Urgent = false, string? Regime = null,
    DateTimeOffset? DueAt = null, string? Language = null, string? Reference = null, string? Contact = null)
{
    /// <summary>The most locations that one order names.</summary>
    public const int MostLocations = 500;

    /// <summary>The form with its texts trimmed and its limits kept.</summary>
    /// <exception cref="BadInput">Fields cannot be; all of them are named.</exception>
    internal OrderForm Checked()
    {
        var problems = new Dictionary<string, string[]>();
        string Text(string field, string? words, int most)
        {
            var said = words?.Trim() ?? "";
            if (said.Length == 0 || said.Length > most)
            {
                problems[field] = [$"This takes 1 to {most:N0} characters."];
            }

            return said;
        }

        string? Maybe(string field, string? words, int most) => string.IsNullOrWhiteSpace(words) ? null : Text(field, words, most);

        var category = OrderCategories.Mean(Category);
        if (!Word().IsMatch(category))
        {
            problems["category"] = ["A category is a word of small letters, digits and hyphens, for example csam."];
        }

        var locations = Locations.Select(l => l.Trim()).Where(l => l.Length > 0).Distinct().ToList();
        if (locations.Count is < 1 or > MostLocations)
        {
            problems["locations"] = [$"An order names 1 to {MostLocations} exact locations."];
        }
        else if (locations.FindIndex(l => l.Length > 8192) is >= 0 and var tooLong)
        {
            problems[$"locations[{tooLong}]"] = ["An address has at most 8,192 characters."];
        }

        if (Territory is { } named && (named.Count > 250 || !named.All(c => Country().IsMatch(c.Trim()))))
        {
            problems["territory"] = ["Countries are two letters each (ISO 3166-1)."];
        }

        if (Language is { Length: > 0 } tongue && !Tongue().IsMatch(tongue))
        {
            problems["language"] = ["A language is two or three small letters, for example id."];
        }

        var good = this with
        {
            Category = category,
            Locations = locations,
            LegalBasis = Text("legalBasis", LegalBasis, 1000),
            Reasons = Text("reasons", Reasons, 10_000),
            Authority = Maybe("authority", Authority, 200),
            Redress = Maybe("redress", Redress, 2000),
            Territory = Territory?.Select(c => c.Trim().ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal).ToList(),
            Regime = string.IsNullOrWhiteSpace(Regime) ? null : Regime.Trim(),
            Language = string.IsNullOrWhiteSpace(Language) ? null : Language,
            Reference = Maybe("reference", Reference, 200),
            Contact = Maybe("contact", Contact, 500),
        };
        return problems.Count == 0 ? good : throw new BadInput(problems);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex Word();

    [GeneratedRegex("^[A-Za-z]{2}$")]
    private static partial Regex Country();

    [GeneratedRegex("^[a-z]{2,3}$")]
    private static partial Regex Tongue();
}
