using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jaga.Enforcement;

namespace Jaga.Server.Pages;

/// <summary>
/// What the pages say, in the reader's language. The words stand in <c>Text/LANGUAGE.json</c>, the same keys in each; a test compares them.
/// </summary>
/// <param name="language">A language of <see cref="Languages"/>.</param>
public sealed partial class Text(string language)
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Words =
        Languages.ToFrozenDictionary(l => l, l => Read(l).ToFrozenDictionary());

    private readonly FrozenDictionary<string, string> _words = Words[language];

    /// <summary>The languages that there are, by ISO 639-1 code; the first is the fallback.</summary>
    public static IReadOnlyList<string> Languages => ["en", "id"];

    /// <summary>The language of these words.</summary>
    public string Language => language;

    /// <summary>How this language writes numbers and dates.</summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo(language is "id" ? "id-ID" : "en-GB");

    /// <summary>The words for <paramref name="key"/>.</summary>
    /// <exception cref="KeyNotFoundException">There are none: a mistake in the page, not in the request.</exception>
    public string this[string key] => _words.TryGetValue(key, out var words) ? words : throw new KeyNotFoundException($"Text/{language}.json has no words for '{key}'.");

    /// <summary>The words for <paramref name="key"/> with <c>{0}</c>, <c>{1}</c> … filled in.</summary>
    public string this[string key, params object?[] parts] => string.Format(Culture, this[key], parts);

    /// <summary>A number of things: <c>key.one</c> for exactly one, else <c>key.many</c>. <c>{0}</c> is the number.</summary>
    public string Count(string key, long number) => this[number == 1 ? $"{key}.one" : $"{key}.many", Number(number)];

    /// <summary>The word for a value of an enum: <c>enum.TypeName.value</c>; without an entry the value's own name, spaced.</summary>
    public string Of(Enum value) => Known($"enum.{value.GetType().Name}.{JsonNamingPolicy.CamelCase.ConvertName(value.ToString())}")
        ?? Spaced().Replace(value.ToString(), " $0").ToLowerInvariant();

    /// <summary>What was done, by the audit log's name of it: <c>order.received</c>. The name itself where it has no words.</summary>
    public string Did(string action) => Acts.Words(action, language) ?? action;

    /// <summary>What a rule says, which stands in English beside the rule, in the reader's language.</summary>
    public string Said(string sentence) => language is "id" ? Sentences.Indonesian(sentence) : sentence;

    /// <summary>What a broken rule says, in the reader's language.</summary>
    public string Said(RuleBroken broken) => language is "id" && broken.Indonesian is { } own ? own : Said(broken.Message);

    /// <summary>Everything that is wrong with the input, in the reader's language.</summary>
    public string Said(BadInput wrong) => string.Join(' ', wrong.Problems.SelectMany(p => p.Value).Select(Said));

    /// <summary>What is wished, in words: verb, target and countries.</summary>
    public string Wish(ActionWish wish) => Act(wish.Verb, wish.Target) + (wish.Countries is { Count: > 0 } countries ? $" ({string.Join(", ", countries)})" : "");

    /// <summary>A verb and its target in words: <c>verb.WORD</c>, or <c>verb.WORD-link</c> for what stands at an address.</summary>
    /// <param name="set">Where the words stand, e.g. <c>consequence</c>.</param>
    public string Act(Verb verb, Subject target, string set = "verb") => this[$"{set}.{verb.ToString().ToLowerInvariant()}{(target.Kind == "link" ? "-link" : "")}", target.Id];

    /// <summary>The words for <paramref name="key"/>, or null where there are none: for words that come from data.</summary>
    public string? Known(string key) => _words.GetValueOrDefault(key);

    /// <summary>A whole number with the language's separators.</summary>
    public string Number(long number) => number.ToString("N0", Culture);

    /// <summary>A size in bytes, kB, MB or GB (powers of 1,000).</summary>
    public string Size(long bytes)
    {
        var (amount, unit) = bytes switch
        {
            < 1_000 => (bytes, "B"),
            < 1_000_000 => (bytes / 1e3, "kB"),
            < 1_000_000_000 => (bytes / 1e6, "MB"),
            _ => (bytes / 1e9, "GB"),
        };
        return $"{amount.ToString(amount < 10 && unit is not "B" ? "0.0" : "0", Culture)} {unit}";
    }

    /// <summary>The two largest units of a time span, without a sign: "2 h 14 min". The script writes the same (clocks.ts).</summary>
    public string Span(TimeSpan span)
    {
        var whole = TimeSpan.FromSeconds(Math.Floor(span.Duration().TotalSeconds));
        (int Amount, string Unit)[] parts = [(whole.Days, this["unit.days"]), (whole.Hours, this["unit.hours"]), (whole.Minutes, this["unit.minutes"]), (whole.Seconds, this["unit.seconds"])];
        var first = Array.FindIndex(parts, p => p.Amount > 0);
        return first < 0
            ? $"0 {this["unit.seconds"]}"
            : string.Join(' ', parts.Skip(first).Take(2).Where((p, i) => i == 0 || p.Amount > 0).Select(p => $"{p.Amount} {p.Unit}"));
    }

    /// <summary>An ISO 8601 duration as a law states it, in the same units: <c>P1Y</c>, <c>PT24H</c>.</summary>
    public string Period(string iso) => string.Join(' ', Parts().Matches(iso).Select(m => $"{m.Groups["amount"].Value} {this[(m.Groups["time"].Success, m.Groups["unit"].Value) switch
    {
        (false, "Y") => "unit.years",
        (false, "M") => "unit.months",
        (false, _) => "unit.days",
        (true, "H") => "unit.hours",
        (true, "M") => "unit.minutes",
        _ => "unit.seconds",
    }]}"));

    /// <summary>Day and time in a zone, which is named: where the reader's own is not known, nobody shall take it for that.</summary>
    public string At(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return local.ToString("d MMM yyyy HH:mm ", Culture) + zone.Id switch
        {
            "Asia/Jakarta" or "Asia/Pontianak" => "WIB",
            "Asia/Makassar" => "WITA",
            "Asia/Jayapura" => "WIT",
            _ when local.Offset == TimeSpan.Zero => "UTC",
            _ => local.ToString("'UTC'zzz", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A sentence that a rule put together, with the times in it (<c>2026-03-02 08:01:04Z</c>) in a zone, as <see cref="At"/> tells them.</summary>
    public string In(TimeZoneInfo zone, string sentence) =>
        Moment().Replace(sentence, m => DateTimeOffset.TryParseExact(m.Value, "u", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? At(at, zone) : m.Value);

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}Z")]
    private static partial Regex Moment();

    [GeneratedRegex(@"(?<time>(?<=T.*))?(?<amount>\d+)(?<unit>[YMDHS])")]
    private static partial Regex Parts();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Spaced();

    /// <summary>Every key of a language, for the test that compares them.</summary>
    internal static IEnumerable<string> Keys(string language) => Words[language].Keys;

    private static Dictionary<string, string> Read(string language)
    {
        using var stream = typeof(Text).Assembly.GetManifestResourceStream($"text/{language}.json")
            ?? throw new InvalidOperationException($"The words for '{language}' are not in the program.");
        var words = new Dictionary<string, string>();
        Flatten("", JsonDocument.Parse(stream).RootElement, words);
        return words;
    }

    private static void Flatten(string path, JsonElement part, Dictionary<string, string> words)
    {
        foreach (var one in part.EnumerateObject())
        {
            var key = path.Length == 0 ? one.Name : $"{path}.{one.Name}";
            if (one.Value.ValueKind is JsonValueKind.Object)
            {
                Flatten(key, one.Value, words);
            }
            else
            {
                words.Add(key, one.Value.GetString()!);
            }
        }
    }
}
