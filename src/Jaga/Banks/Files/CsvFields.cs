using System.Text;

namespace Jaga.Banks.Files;

/// <summary>The fields of one line of CSV (RFC 4180, but for line breaks within quotes), and writing them so that a spreadsheet takes none for a formula.</summary>
internal static class CsvFields
{
    /// <summary>Characters that make a spreadsheet take a field for a formula.</summary>
    private const string FormulaStarts = "=+-@\t\r";

    /// <summary>Splits a line. Answers null, or what is wrong with it.</summary>
    public static string? Split(string line, char delimiter, List<string> fields)
    {
        fields.Clear();
        for (var at = 0; ;)
        {
            while (at < line.Length && line[at] is ' ')
            {
                at++;
            }

            if (at < line.Length && line[at] is '"')
            {
                if (Quoted(line, ref at, out var text) is { } wrong)
                {
                    return wrong;
                }

                if (at < line.Length && line[at] != delimiter)
                {
                    return $"After the closing quotation mark at column {at} comes more text.";
                }

                fields.Add(Plain(text));
            }
            else
            {
                var end = line.IndexOf(delimiter, at);
                var text = (end < 0 ? line[at..] : line[at..end]).TrimEnd(' ');
                if (text.Contains('"', StringComparison.Ordinal))
                {
                    return $"A quotation mark stands within the text at column {at + text.IndexOf('"', StringComparison.Ordinal) + 1}.";
                }

                fields.Add(Plain(text));
                at = end < 0 ? line.Length : end;
            }

            if (at >= line.Length)
            {
                return null;
            }

            at++;
            if (at == line.Length)
            {
                fields.Add("");
                return null;
            }
        }
    }

    /// <summary>Writes a field: quoted where it must be, and with an apostrophe before what a spreadsheet would take for a formula. <see cref="Split"/> takes it off again.</summary>
    public static void Write(StringBuilder line, string field)
    {
        if (field.Length > 0 && (FormulaStarts.Contains(field[0], StringComparison.Ordinal) || field[0] is '\''))
        {
            field = "'" + field;
        }

        if (field.AsSpan().IndexOfAny(",;\"\t ") < 0)
        {
            line.Append(field);
            return;
        }

        line.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    /// <summary>The delimiter of a file by its first line: whichever of comma, semicolon and tab it has most of.</summary>
    public static char Delimiter(string line) => ",;\t".MaxBy(d => line.Count(c => c == d));

    private static string? Quoted(string line, ref int at, out string text)
    {
        var read = new StringBuilder();
        var opened = ++at;
        text = "";
        for (; ; )
        {
            var quote = line.IndexOf('"', at);
            if (quote < 0)
            {
                return $"The quotation mark at column {opened} is not closed on this line.";
            }

            read.Append(line, at, quote - at);
            at = quote + 1;
            if (at == line.Length || line[at] is not '"')
            {
                text = read.ToString();
                return null;
            }

            read.Append('"');
            at++;
        }
    }

    private static string Plain(string field) =>
        field.Length > 1 && field[0] is '\'' && (FormulaStarts.Contains(field[1], StringComparison.Ordinal) || field[1] is '\'') ? field[1..] : field;
}
