using System.Globalization;
using System.Text;

namespace Jaga.Reports.Flaggers;

/// <summary>Lists the flaggers with their figures of a year, as JSON and as CSV.</summary>
public sealed class ReadFlaggers(Db db, ReadFlaggerReports read)
{
    /// <summary>The most flaggers that are listed.</summary>
    private const int Most = 500;

    public sealed record Row(Id<Flagger> Id, string Name, FlaggerKind Kind, string StatusBy, string Territory, IReadOnlyList<string> Categories, string Contact, DateTimeOffset AddedAt, ReadFlaggerReports.Figures Figures);

    public async Task<IReadOnlyList<Row>> Run(int year, CancellationToken ct)
    {
        var rows = new List<Row>();
        foreach (var one in await db.Flaggers.AsNoTracking().OrderBy(f => f.Name).Take(Most).ToListAsync(ct))
        {
            rows.Add(new(one.Id, one.Name, one.Kind, one.StatusBy, one.Territory, one.Categories, one.Contact, one.AddedAt, await read.Of(one.Subject, year, ct)));
        }

        return rows;
    }

    /// <summary>The same as a table (RFC 4180). What a spreadsheet would run as a formula is told apart by an apostrophe.</summary>
    public static string Csv(IReadOnlyList<Row> rows)
    {
        var csv = new StringBuilder("name,kind,status_by,territory,year,received,upheld,rejected,waiting,median_hours,accuracy\r\n");
        foreach (var r in rows)
        {
            var f = r.Figures;
            csv.AppendJoin(',', Cell(r.Name), Words.Of(r.Kind), Cell(r.StatusBy), Cell(r.Territory), f.Year, f.Received, f.Upheld, f.Rejected, f.Waiting, f.MedianHours?.ToString("0.00", CultureInfo.InvariantCulture) ?? "", f.Accuracy.ToString("0.000", CultureInfo.InvariantCulture)).Append("\r\n");
        }

        return csv.ToString();
    }

    private static string Cell(string text)
    {
        var safe = text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/flaggers", async (ReadFlaggers read, TimeProvider clock, int? year, CancellationToken ct) => TypedResults.Ok(await read.Run(year ?? clock.GetUtcNow().Year, ct)))
            .Requires(Permission.ReadReports)
            .WithSummary("List flaggers with their figures of a year");
        api.MapGet("/flaggers.csv", async (ReadFlaggers read, TimeProvider clock, int? year, CancellationToken ct) => TypedResults.Text(Csv(await read.Run(year ?? clock.GetUtcNow().Year, ct)), "text/csv"))
            .Requires(Permission.ReadReports)
            .WithSummary("Flaggers' figures of a year as CSV");
    }
}
