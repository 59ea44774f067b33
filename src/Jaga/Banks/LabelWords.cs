using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Jaga.Banks;

/// <summary>Labels: short lower-case words such as <c>csam</c> or <c>a1</c>, kept in one column with spaces between them.</summary>
public static partial class LabelWords
{
    /// <summary>The most labels that one thing may bear.</summary>
    public const int MaxCount = 16;

    /// <summary>The rule, for whoever broke it.</summary>
    public const string Rule = "A label is 1 to 40 of the characters a–z, 0–9, '.', '_', ':' and '-'; there are at most 16.";

    private static readonly char[] Between = [' ', '|', ';', ','];

    /// <summary>Whether <paramref name="text"/> is a label as it must be written.</summary>
    public static bool IsWord(string text) => Word().IsMatch(text);

    /// <summary>Reads labels divided by spaces, <c>|</c>, <c>;</c> or <c>,</c>, upper case folded, each once. False where one is not a label or there are too many.</summary>
    public static bool TryRead(string text, out string joined)
    {
        joined = "";
        if (text.Length == 0)
        {
            return true;
        }

        var words = text.ToLowerInvariant().Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        joined = string.Join(' ', words);
        return words.Count <= MaxCount && words.All(IsWord);
    }

    /// <summary>The labels of a column.</summary>
    public static IReadOnlyList<string> Split(string joined) => joined.Length == 0 ? [] : joined.Split(' ');

    internal static ValueConverter<IReadOnlyList<string>, string> Column { get; } = new(labels => string.Join(' ', labels), joined => Split(joined));

    internal static ValueComparer<IReadOnlyList<string>> Comparer { get; } = new(
        (a, b) => (a ?? Array.Empty<string>()).SequenceEqual(b ?? Array.Empty<string>()),
        labels => labels.Count,
        labels => labels.ToArray());

    [GeneratedRegex(@"^[a-z0-9._:-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
