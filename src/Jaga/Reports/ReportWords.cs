using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Jaga.Reports;

/// <summary>What reporters are told, in the language they reported in: the same words on the receipt page and in mail. They stand in <c>Words/LANGUAGE.json</c>.</summary>
public sealed class ReportWords
{
    private static readonly FrozenDictionary<string, ReportWords> All = new[] { "en", "id" }.ToFrozenDictionary(l => l, l => new ReportWords(l));
    private readonly Dictionary<string, string> _words = [];

    private ReportWords(string language)
    {
        Culture = CultureInfo.GetCultureInfo(language is "id" ? "id-ID" : "en-GB");
        using var stream = typeof(ReportWords).Assembly.GetManifestResourceStream($"Reports/Words/{language}.json")!;
        Flatten("", JsonDocument.Parse(stream).RootElement);
    }

    /// <summary>How the language writes dates.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The words of a language; of English where there are none.</summary>
    public static ReportWords Of(string language) => All.GetValueOrDefault(language) ?? All["en"];

    /// <summary>The words for <paramref name="key"/>, or the key's last part where there are none, e.g. for a category of the operator's own.</summary>
    public string this[string key] => _words.GetValueOrDefault(key) ?? key[(key.LastIndexOf('.') + 1)..];

    /// <summary>The words with <c>{0}</c>, <c>{1}</c> … filled in.</summary>
    public string this[string key, params object?[] parts] => string.Format(Culture, this[key], parts);

    /// <summary>Day and time, and whose: Indonesian is read in Jakarta's time (WIB, the whole year 7 hours ahead), everything else in UTC, since nobody asks where the reader is.</summary>
    public string At(DateTimeOffset at) => Culture.TwoLetterISOLanguageName is "id"
        ? at.ToOffset(TimeSpan.FromHours(7)).ToString("d MMMM yyyy HH:mm", Culture) + " WIB"
        : at.UtcDateTime.ToString("d MMMM yyyy HH:mm", Culture) + " UTC";

    private void Flatten(string path, JsonElement part)
    {
        foreach (var one in part.EnumerateObject())
        {
            var key = path.Length == 0 ? one.Name : $"{path}.{one.Name}";
            if (one.Value.ValueKind is JsonValueKind.Object)
            {
                Flatten(key, one.Value);
            }
            else
            {
                _words.Add(key, one.Value.GetString()!);
            }
        }
    }
}
