using System.Text.RegularExpressions;
using Jaga.Audit;
using Jaga.Hashing;

namespace Jaga.Cases;

/// <summary>
/// What a location that somebody named is on the platform: reports and orders come with an address, cases are about an item, an account or a group.
/// The operator says once how the platform's addresses are made (<see cref="CaseSettings.Addresses"/>), so that a parent's link, a flagger's
/// and a ministry's lead to the same case.
/// </summary>
public sealed partial class Locations
{
    /// <summary>The kind of a place that somebody described in words; what it is on the platform is said by <see cref="PointCase"/>.</summary>
    public const string InWords = "place";

    private const int LongestId = 200;

    private readonly List<(string Kind, Regex Form)> _forms;

    public Locations(CaseSettings settings) => _forms = [.. settings.Addresses.Select(a => Read(a) ?? throw new WrongSetting($"Cases:Addresses: {WhyNot(a)}"))];

    /// <summary>The subject at <paramref name="location"/>: an address of the platform gives its item, account or group; <c>group:812</c> names one by the platform's own id; any other address is a <c>link</c>.</summary>
    /// <param name="location">As it was written, at most 8,192 characters.</param>
    /// <exception cref="BadInput">It is neither an address nor an identifier.</exception>
    public Subject Find(string location, string field = "location") =>
        TryFind(location) ?? throw new BadInput(field, "Give the address (starting with https://), or what it is and its number, for example group:812.");

    /// <summary>The same, or null where it is neither an address nor an identifier.</summary>
    public Subject? TryFind(string location)
    {
        var written = location.Trim();
        if (Named().Match(written) is { Success: true } named)
        {
            return new Subject(named.Groups[1].Value.ToLowerInvariant(), Storable.Text(named.Groups[2].Value));
        }

        // A name (@jahat99) or a mail address is no link to the host that can be read out of it.
        if (Person().IsMatch(written) || !CanonicalUrl.TryRead(written, out var url))
        {
            return null;
        }

        foreach (var (kind, form) in _forms)
        {
            if (form.Match(Bare(url)) is { Success: true } match && Uri.UnescapeDataString(match.Groups["id"].Value) is { Length: > 0 and <= LongestId } id)
            {
                return new Subject(kind, Storable.Text(id));
            }
        }

        return new Subject("link", url.Text.Length <= LongestId ? url.Text : "sha256:" + url.Digest);
    }

    /// <summary>What is wrong with an address form, or null.</summary>
    internal static string? WhyNot(string form) => Read(form) is null ? $"'{form}' is not an address with one of {{item}}, {{account}} or {{group}} in it, e.g. https://plaza.example/groups/{{group}}." : null;

    // A platform answers with and without www alike; a link to somewhere else keeps it.
    private static string Bare(CanonicalUrl url) => url.Text.Replace("https://www.", "https://", StringComparison.Ordinal);

    // The form is brought into the canonical shape as a link is, with a word in the place of the id that no rule of that shape touches.
    private static (string Kind, Regex Form)? Read(string form)
    {
        const string Place = "0jagaplace0";
        return Placeholder().Matches(form) is [{ } place] && CanonicalUrl.TryRead(form.Replace(place.Value, Place, StringComparison.Ordinal), out var url) && url.Text.Contains(Place, StringComparison.Ordinal)
            ? (place.Groups[1].Value, new("^" + Regex.Escape(Bare(url)).Replace(Place, "(?<id>[^/?&#]+)", StringComparison.Ordinal) + "$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))
            : null;
    }

    [GeneratedRegex(@"^[^/:]*@[^/:]*$")]
    private static partial Regex Person();

    [GeneratedRegex(@"\{(item|account|group)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^(item|account|group):([^\s]{1,200})$", RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}
