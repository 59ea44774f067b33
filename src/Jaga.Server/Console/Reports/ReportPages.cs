using Jaga.Cases;
using Jaga.Reports;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Reports;

/// <summary>What the public, the platform's users and flaggers reported: the register, each report with its conversation, and the sealed identity for a reason.</summary>
public static class ReportPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/reports", List).Requires(Permission.ReadReports);
        pages.MapGet("/reports/{id}", async (Id<Report> id, ReadReports read, CancellationToken ct) =>
            ConsolePages.Page<ReportPage>(new { Card = await read.One(id, ct) })).Requires(Permission.ReadReports);
        pages.MapPost("/reports/{id}/messages", async (Id<Report> id, [FromForm] string? words, [FromForm] string? seen, [FromForm] string? again, AnswerReport answer, Messages messages, Text text, Actor actor, CancellationToken ct) =>
        {
            await answer.Run(id, new(words ?? "", Id<ReportMessage>.TryParse(seen, null, out var last) ? last : null, again == "true"), actor, ct);
            messages.Leave(new(Tone.Good, text["reports.answered"]));
            return TypedResults.LocalRedirect($"/reports/{id}");
        }).Requires(Permission.AnswerReports).KeepsTyped();
        pages.MapPost("/reports/{id}/identity", Open).Requires(Permission.OpenIdentities);
    }

    private static async Task<RazorComponentResult> List(
        string? state, string? via, string? category, string? about, string? caseId, bool? asked, string? search, string? after, ReadReports read, CancellationToken ct) =>
        ConsolePages.Page<ReportsPage>(new { Reports = await read.Run(ReadReports.Asked(state, via, category, about?.Trim(), caseId, asked, search), new(after, null), ct) });

    // In the answer to the form and nowhere else: neither in an address nor in a message that waits for the next page.
    private static async Task<RazorComponentResult> Open(Id<Report> id, [FromForm] string reason, OpenIdentity open, ReadReports read, HttpContext http, Actor actor, CancellationToken ct)
    {
        var identity = await open.Run(id, new(reason), actor, ct);
        http.Response.Headers.CacheControl = "no-store";
        return ConsolePages.Page<ReportPage>(new { Card = await read.One(id, ct), Identity = identity });
    }
}
