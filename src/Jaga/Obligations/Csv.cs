using System.Buffers;

namespace Jaga.Obligations;

/// <summary>
/// Fields of a table for spreadsheets (RFC 4180). What one would take for a formula is led by an apostrophe, also behind white space that it would pass over: some of these
/// words come from strangers.
/// </summary>
public static class Csv
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(",;\t\"\r\n");

    /// <summary>One line with its end.</summary>
    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    /// <summary>One field, quoted where its reader could end it early.</summary>
    public static string Field(string text)
    {
        var safe = Runs(text) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(Ends) < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A field as it was before <see cref="Field"/> led it by an apostrophe.</summary>
    public static string Unguarded(string text) => text is ['\'', .. var guarded] && Runs(guarded) ? guarded : text;

    private static bool Runs(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..];
}
