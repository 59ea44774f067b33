using System.Text;

namespace Jaga.Letters;

/// <summary>
/// A text with fields to be filled in, each written <c>{{name}}</c>. A field that nobody knows, or for which there is nothing to say, is an error that names it:
/// a notice with a hole in it is never sent.
/// </summary>
public static class MergeText
{
    private const string Opens = "{{";
    private const string Closes = "}}";

    /// <summary>The fields that a text names, in order, each once.</summary>
    /// <exception cref="BadInput">A pair of braces is not closed; <paramref name="where"/> is the field of the request.</exception>
    public static IReadOnlyList<string> Fields(string text, string where) => [.. Parts(text, where).Where(p => p.IsField).Select(p => p.Text).Distinct()];

    /// <summary>The text with every field filled in. What is filled in is not read for fields again.</summary>
    /// <exception cref="BadInput">It names a field that is not among <paramref name="values"/>, or whose value is empty.</exception>
    public static string Fill(string text, IReadOnlyDictionary<string, string> values, string where) => Fill(text, where, field =>
        !values.TryGetValue(field, out var value) ? throw Unknown(field, values.Keys, where)
            : string.IsNullOrWhiteSpace(value) ? throw new BadInput(where, $"There is nothing to fill in for {Written(field)}.")
            : value);

    /// <summary>The same, with the value of each field as <paramref name="value"/> gives it, or with its own error.</summary>
    internal static string Fill(string text, string where, Func<string, string> value)
    {
        var filled = new StringBuilder(text.Length * 2);
        foreach (var (part, isField) in Parts(text, where))
        {
            filled.Append(isField ? value(part) : part);
        }

        return filled.ToString();
    }

    /// <summary>The error for a field that nobody knows.</summary>
    public static BadInput Unknown(string field, IEnumerable<string> known, string where) =>
        new(where, $"{Opens}{field}{Closes} is no field. There are: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");

    /// <summary>A field as it is written in a text.</summary>
    public static string Written(string field) => Opens + field + Closes;

    private static List<(string Text, bool IsField)> Parts(string text, string where)
    {
        var parts = new List<(string, bool)>();
        var at = 0;
        while (text.IndexOf(Opens, at, StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = text.IndexOf(Closes, open, StringComparison.Ordinal);
            if (close < 0)
            {
                throw new BadInput(where, $"A field that begins with {Opens} ends with {Closes}; one here does not.");
            }

            parts.Add((text[at..open], false));
            parts.Add((text[(open + Opens.Length)..close].Trim(), true));
            at = close + Closes.Length;
        }

        parts.Add((text[at..], false));
        return parts;
    }
}
