using System.Globalization;
using System.Text;
using Jaga.Obligations;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Obligations;

/// <summary>The page that proves for a period what became of everything that was owed, and the same as CSV.</summary>
public static class ObligationReportPages
{
    /// <summary>Exceptions that stand on the sheet; all of them are in the table.</summary>
    private const int MostOnSheet = 200;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/obligations/report", async (DateOnly? from, DateOnly? to, string? after, ReadReport read, Viewer viewer, CancellationToken ct) =>
        {
            var period = Period(from, to, viewer);
            return ConsolePages.Page<ReportPage>(new { Period = period, Report = await read.Run(period, ct), Exceptions = await read.Exceptions(period, new(after, 20), ct) });
        }).Requires(Permission.ReadObligations);
        pages.MapGet("/obligations/report/sheet", async (DateOnly? from, DateOnly? to, ReadReport read, Db db, Viewer viewer, CancellationToken ct) =>
        {
            var period = Period(from, to, viewer);
            return ConsolePages.Page<ReportSheet>(new
            {
                Period = period, Report = await read.Run(period, ct), Exceptions = await read.Exceptions(period, new(null, MostOnSheet), ct),
                Checkpoint = await db.AuditCheckpoints.AsNoTracking().OrderByDescending(c => c.Size).FirstOrDefaultAsync(ct),
            });
        }).Requires(Permission.ReadObligations);
        pages.MapGet("/obligations/report.csv", (DateOnly? from, DateOnly? to, ReadReport read, Viewer viewer, CancellationToken ct) =>
        {
            var period = Period(from, to, viewer);
            return TypedResults.Stream(
                async stream =>
                {
                    await using var text = new StreamWriter(stream, new UTF8Encoding(false));
                    await ReportCsv.Write(read.All(period, ct), text, ct);
                },
                "text/csv; charset=utf-8",
                string.Create(CultureInfo.InvariantCulture, $"obligations-{period.From:yyyy-MM-dd}-{period.To:yyyy-MM-dd}.csv"));
        }).Requires(Permission.ReadObligations);
        pages.MapPost("/obligations/{id}/explain", async (Id<Obligation> id, [FromForm] string words, ExplainObligation explain, Messages messages, Text text, Actor actor, CancellationToken ct) =>
        {
            await explain.Run(id, new(words), actor, ct);
            messages.Leave(new(Tone.Good, text["report.explained"]));
            return TypedResults.LocalRedirect($"/obligations/{id}");
        }).Requires(Permission.EditObligations);
    }

    // This month unless asked otherwise.
    private static ReadReport.Request Period(DateOnly? from, DateOnly? to, Viewer viewer)
    {
        var today = viewer.Day(viewer.Now);
        var first = from ?? new(today.Year, today.Month, 1);
        return new(first, to ?? (first > today ? first : today), viewer.Zone);
    }
}
