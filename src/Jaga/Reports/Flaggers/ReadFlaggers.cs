using System.Globalization;
using System.Text;
using Jaga.People;
using Words = Jaga.Kernel.Words;

namespace Jaga.Reports.Flaggers;

/// <summary>Lists the flaggers with their figures of a year, as JSON and as CSV.</summary>
public sealed class ReadFlaggers(Db db, TimeProvider clock, ReadFlaggerReports read, ReadMisuse misuse, FlaggerWeight weight)
{
    /// <summary>The most flaggers that are listed.</summary>
    private const int Most = 500;

    // Of one flagger: years with figures, and keys.
    private const int MostYears = 5;
    private const int MostKeys = 200;

    public sealed record Row(
        Id<Flagger> Id, string Name, FlaggerKind Kind, string StatusBy, string Territory, IReadOnlyList<string> Categories, string Contact, string? Receiver, DateTimeOffset AddedAt, DateTimeOffset? EndedAt, ReadFlaggerReports.Figures Figures);

    /// <summary>A program's key, without its secret.</summary>
    public sealed record Key(Id<ApiKey> Id, string Prefix, string Name, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt, DateTimeOffset? RevokedAt);

    /// <summary>One flagger with all that is known of it.</summary>
    /// <param name="Weight">What its reports weigh now, 0 to 100.</param>
    /// <param name="Years">Its figures, this year first, at most five.</param>
    /// <param name="Steps">Warnings and suspensions, newest first.</param>
    public sealed record Whole(Row Flagger, int Weight, IReadOnlyList<ReadFlaggerReports.Figures> Years, IReadOnlyList<Key> Keys, IReadOnlyList<ReadMisuse.Row> Steps);

    public async Task<IReadOnlyList<Row>> Run(int year, CancellationToken ct)
    {
        var rows = new List<Row>();
        foreach (var one in await db.Flaggers.AsNoTracking().OrderBy(f => f.Name).Take(Most).ToListAsync(ct))
        {
            rows.Add(Of(one, await read.Of(one.Subject, year, ct)));
        }

        return rows;
    }

    /// <exception cref="NotFound">There is none with this id.</exception>
    public async Task<Whole> One(Id<Flagger> id, CancellationToken ct)
    {
        var one = await db.Flaggers.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, ct) ?? throw new NotFound("such flagger");
        var (by, now, years) = (one.Subject.ToString(), clock.GetUtcNow(), new List<ReadFlaggerReports.Figures>());
        for (var year = now.Year; year > now.Year - MostYears && year >= one.AddedAt.Year; year--)
        {
            years.Add(await read.Of(one.Subject, year, ct));
        }

        var steps = await misuse.Of(by, ct);
        var keys = await db.ApiKeys.AsNoTracking().Where(k => k.SpeaksFor == one.Subject).OrderByDescending(k => k.CreatedAt).Take(MostKeys).ToListAsync(ct);
        return new(
            Of(one, years[0]), one.EndedAt is not null || steps.Any(s => s.Stands) ? 0 : (await weight.Record(by, ct)).Weight(by), years,
            [.. keys.Select(k => new Key(k.Id, ApiKey.Scheme + k.Prefix, k.Name, k.CreatedAt, k.ExpiresAt, k.UsedAt, k.RevokedAt))], steps);
    }

    private static Row Of(Flagger f, ReadFlaggerReports.Figures figures) => new(f.Id, f.Name, f.Kind, f.StatusBy, f.Territory, f.Categories, f.Contact, f.Receiver, f.AddedAt, f.EndedAt, figures);

    /// <summary>The same as a table (<see cref="Jaga.Obligations.Csv"/>).</summary>
    public static string Csv(IReadOnlyList<Row> rows)
    {
        var csv = new StringBuilder("name,kind,status_by,territory,year,received,upheld,rejected,waiting,median_hours,accuracy\r\n");
        foreach (var r in rows)
        {
            var f = r.Figures;
            csv.AppendJoin(',', Jaga.Obligations.Csv.Field(r.Name), Words.Of(r.Kind), Jaga.Obligations.Csv.Field(r.StatusBy), Jaga.Obligations.Csv.Field(r.Territory), f.Year, f.Received, f.Upheld, f.Rejected, f.Waiting, f.MedianHours?.ToString("0.00", CultureInfo.InvariantCulture) ?? "", f.Accuracy?.ToString("0.000", CultureInfo.InvariantCulture) ?? "").Append("\r\n");
        }

        return csv.ToString();
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/flaggers", async (ReadFlaggers read, TimeProvider clock, int? year, CancellationToken ct) => TypedResults.Ok(await read.Run(year ?? clock.GetUtcNow().Year, ct)))
            .Requires(Permission.ReadFlaggers)
            .WithSummary("List flaggers with their figures of a year");
        api.MapGet("/flaggers/{id}", async (Id<Flagger> id, ReadFlaggers read, CancellationToken ct) => TypedResults.Ok(await read.One(id, ct)))
            .Requires(Permission.ReadFlaggers)
            .WithSummary("Read a flagger: its figures by year, keys, warnings and suspensions");
        api.MapGet("/flaggers.csv", async (ReadFlaggers read, TimeProvider clock, int? year, CancellationToken ct) => TypedResults.Text(Csv(await read.Run(year ?? clock.GetUtcNow().Year, ct)), "text/csv"))
            .Requires(Permission.ReadFlaggers)
            .WithSummary("Flaggers' figures of a year as CSV");
    }
}
