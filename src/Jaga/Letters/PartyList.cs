using System.Text;
using Jaga.Obligations;

namespace Jaga.Letters;

/// <summary>
/// Signatories and recipients as CSV (RFC 4180): <c>name, organisation, email, postalAddress, agency, way</c>, the first line naming the columns if it has the word name;
/// without it they stand in this order.
/// </summary>
public static class PartyList
{
    private static readonly string[] Columns = ["name", "organisation", "email", "postaladdress", "agency", "way"];
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>Reads a list. Fields are separated by commas, semicolons or tabs, whichever the first line has.</summary>
    /// <exception cref="BadInput">The line is named.</exception>
    public static IReadOnlyList<PartyForm> Read(string csv)
    {
        var first = csv.Split('\n', 2)[0];
        var separator = Separators.MaxBy(s => first.Count(c => c == s));
        var rows = Rows(csv.TrimStart('\uFEFF'), separator).Where(r => r.Any(f => f.Length > 0)).ToList();
        if (rows.Count == 0)
        {
            throw new BadInput("parties", "The list is empty.");
        }

        var header = rows[0].Select(f => f.ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Replace("organization", "organisation", StringComparison.Ordinal)).ToList();
        var named = header.Contains("name");
        if (named && header.FirstOrDefault(h => !Columns.Contains(h)) is { } stranger)
        {
            throw new BadInput("parties", $"'{stranger}' is not a column. Known: {string.Join(", ", Columns)}.");
        }

        var columns = named ? header : [.. Columns];
        return [.. rows.Skip(named ? 1 : 0).Select((row, i) => Form(row, columns, i + (named ? 2 : 1)))];
    }

    /// <summary>Writes a letter's parties with how far it has come with each. A field that a spreadsheet would take for a formula is written as text.</summary>
    public static string Write(IEnumerable<ReadLetters.Recipient> parties)
    {
        var csv = new StringBuilder("name,organisation,email,postalAddress,agency,way,state,reachedAt,tracking,receipt,trouble\r\n");
        foreach (var p in parties)
        {
            csv.AppendJoin(',', new[] { p.Name, p.Organisation, p.Email, p.PostalAddress, p.Agency, Words.Of(p.Way), Words.Of(p.State), p.ReachedAt?.ToString("O"), p.Tracking, p.Receipt, p.Trouble }.Select(f => Csv.Field(f ?? ""))).Append("\r\n");
        }

        return csv.ToString();
    }

    private static PartyForm Form(List<string> row, List<string> columns, int line)
    {
        if (row.Count > columns.Count)
        {
            throw new BadInput("parties", $"Line {line} has more fields than there are columns.");
        }

        string? Of(string column) => columns.IndexOf(column) is >= 0 and var at && at < row.Count && row[at].Length > 0 ? row[at] : null;
        return new(Of("name") ?? throw new BadInput("parties", $"Line {line} has no name."), Of("organisation"), Of("email"), Of("postaladdress"), Of("agency"), Words.Read<Way>("way", Of("way")));
    }

    private static IEnumerable<List<string>> Rows(string csv, char separator)
    {
        var (row, field, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
        {
            var c = csv[i];
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < csv.Length && csv[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == separator || c == '\n')
            {
                row.Add(Text(field));
                if (c == '\n')
                {
                    yield return row;
                    row = [];
                }
            }
            else
            {
                field.Append(c);
            }
        }

        if (quoted)
        {
            throw new BadInput("parties", "A quotation mark is opened and not closed.");
        }

        row.Add(Text(field));
        yield return row;
    }

    // What Write guarded comes back as it was.
    private static string Text(StringBuilder field)
    {
        var text = field.ToString().Trim();
        field.Clear();
        return Csv.Unguarded(text);
    }
}
