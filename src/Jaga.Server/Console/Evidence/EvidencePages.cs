using Jaga.Evidence;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Evidence;

/// <summary>What is under seal: which exhibits, their custody, holds, and bags for authorities. Never any bytes on a page.</summary>
public static class EvidencePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/evidence", async (Db db, string? about, string? after, CancellationToken ct) =>
            ConsolePages.Page<EvidencePage>(new { Exhibits = await ReadExhibits.Run(db, new(after, null), string.IsNullOrWhiteSpace(about) ? null : about.Trim(), ct) })).Requires(Permission.ReadEvidence);
        pages.MapGet("/evidence/{id}", async (Id<Exhibit> id, Db db, CancellationToken ct) =>
            ConsolePages.Page<ExhibitPage>(new { Shown = await ReadExhibits.One(db, id, ct) })).Requires(Permission.ReadEvidence);
        pages.MapPost("/evidence/{id}/bag", Bag).Requires(Permission.ExportEvidence);
        pages.MapPost("/evidence/{id}/hold", async (Id<Exhibit> id, [FromForm] string matter, [FromForm] string why, PlaceHold place, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await place.Run(new(Subject.Of("exhibit", id).ToString(), matter, why), actor, ct);
            messages.Leave(new(Tone.Good, words["evidence.held"]));
            return TypedResults.LocalRedirect($"/evidence/{id}");
        }).Requires(Permission.HoldEvidence);
        pages.MapPost("/evidence/{id}/holds/{hold}/lift", async (Id<Exhibit> id, Id<LegalHold> hold, [FromForm] string why, LiftHold lift, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await lift.Run(hold, new(why), actor, ct);
            messages.Leave(new(Tone.Good, words["evidence.lifted"]));
            return TypedResults.LocalRedirect($"/evidence/{id}");
        }).Requires(Permission.HoldEvidence);
    }

    private static async Task Bag(Id<Exhibit> id, [FromForm] string why, ExportBag export, Actor actor, HttpContext http, CancellationToken ct)
    {
        TarBag? tar = null;
        try
        {
            await export.Run(id, actor, why, name =>
            {
                http.Response.ContentType = "application/x-tar";
                http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.tar\"";
                return tar = new(http.Response.Body, name);
            }, ct);
            await tar!.DisposeAsync();
        }
        catch when (http.Response.HasStarted)
        {
            // Cut off, so that nobody takes half a bag for a whole one.
            http.Abort();
            throw;
        }
    }
}
