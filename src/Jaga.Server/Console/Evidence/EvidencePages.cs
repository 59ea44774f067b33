using System.Globalization;
using System.Text;
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
        pages.MapGet("/evidence/alarms", async (Db db, string? after, CancellationToken ct) => ConsolePages.Page<AlarmsPage>(new { Alarms = await ReadAlarms.Run(db, new(after, null), ct) })).Requires(Permission.ReadEvidence);
        Certificates(pages);
        Erasures(pages);
        pages.MapGet("/evidence/{id}", async (Id<Exhibit> id, Db db, Held held, SecondWords words, CancellationToken ct) =>
            ConsolePages.Page<ExhibitPage>(new { Shown = await ReadExhibits.One(db, held, id, ct), Exports = await Exports(db, id, ct), Lifts = await words.Waiting(TwoPersonAct.Lift).Take(100).ToListAsync(ct) })).Requires(Permission.ReadEvidence);
        pages.MapPost("/evidence/{id}/exports", async (Id<Exhibit> id, [FromForm] string why, AskExport ask, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await ask.Run(id, new(why), actor, ct);
            messages.Leave(new(Tone.Good, words["export.was-asked"]));
            return TypedResults.LocalRedirect($"/evidence/{id}");
        }).Requires(Permission.ExportEvidence);
        pages.MapPost("/evidence/{id}/exports/{export}/allow", async (Id<Exhibit> id, Id<SecondWord> export, AllowExport allow, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await allow.Run(export, actor, ct);
            messages.Leave(new(Tone.Good, words["export.was-allowed"]));
            return TypedResults.LocalRedirect($"/evidence/{id}");
        }).Requires(Permission.ExportEvidence);
        pages.MapPost("/evidence/{id}/bag", Bag).Requires(Permission.ExportEvidence);
        pages.MapPost("/evidence/{id}/hold", async (Id<Exhibit> id, [FromForm] string matter, [FromForm] string why, PlaceHold place, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await place.Run(new(Subject.Of("exhibit", id).ToString(), matter, why), actor, ct);
            messages.Leave(new(Tone.Good, words["evidence.held"]));
            return TypedResults.LocalRedirect($"/evidence/{id}");
        }).Requires(Permission.HoldEvidence);
        pages.MapPost("/evidence/{id}/holds/{hold}/lift", async (Id<Exhibit> id, Id<LegalHold> hold, [FromForm] string why, LiftHold lift, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var lifted = (await lift.Run(hold, new(why), actor, ct)).LiftedAt is not null;
            messages.Leave(new(Tone.Good, words[lifted ? "evidence.lifted" : "evidence.lift-was-asked"]));
            return TypedResults.LocalRedirect($"/evidence/{id}");
        }).Requires(Permission.HoldEvidence);
    }

    // What was asked for and not used yet, newest first.
    private static Task<List<SecondWord>> Exports(Db db, Id<Exhibit> id, CancellationToken ct)
    {
        var about = Subject.Of("exhibit", id);
        return db.SecondWords.AsNoTracking().Where(w => w.Act == TwoPersonAct.Export && w.About.Kind == about.Kind && w.About.Id == about.Id && w.UsedAt == null).OrderByDescending(w => w.Id).Take(20).ToListAsync(ct);
    }

    private static void Certificates(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/evidence/certificates", async (ReadCertificates read, string? from, string? to, string? after, CancellationToken ct) =>
            ConsolePages.Page<CertificatesPage>(new { Certificates = await read.Run(Day(from, 0), Day(to, 1), new(after, null), ct) })).Requires(Permission.ReadEvidence);
        pages.MapGet("/evidence/certificates/{id}", async (Id<DestructionCertificate> id, ReadCertificates read, CancellationToken ct) => ConsolePages.Page<CertificatePage>(new { Paper = await read.One(id, ct) })).Requires(Permission.ReadEvidence);
        pages.MapGet("/evidence/certificates/{id}/certificate.txt", async (Id<DestructionCertificate> id, ReadCertificates read, CancellationToken ct) =>
            TypedResults.File(Encoding.UTF8.GetBytes((await read.One(id, ct)).ToText()), "text/plain; charset=utf-8", $"certificate-{id}.txt")).Requires(Permission.ReadEvidence);
        pages.MapGet("/evidence/certificates/{id}/certificate.json", async (Id<DestructionCertificate> id, ReadCertificates read, CancellationToken ct) =>
            TypedResults.File(Encoding.UTF8.GetBytes((await read.One(id, ct)).ToJson()), "application/json", $"certificate-{id}.json")).Requires(Permission.ReadEvidence);
    }

    private static void Erasures(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/evidence/erasures", async (ReadErasures read, string? after, CancellationToken ct) => ConsolePages.Page<ErasuresPage>(new { Erasures = await read.Run(new(after, null), ct) })).Requires(Permission.ReadEvidence);
        pages.MapGet("/evidence/erasures/{id}", async (Id<Erasure> id, ReadErasures read, CancellationToken ct) => ConsolePages.Page<ErasurePage>(new { Shown = await read.One(id, ct) })).Requires(Permission.ReadEvidence);
        pages.MapPost("/evidence/erasures", async ([FromForm] string person, [FromForm] string reference, AskErasure ask, Actor actor, CancellationToken ct) =>
            TypedResults.LocalRedirect($"/evidence/erasures/{(await ask.Run(new(person, reference), actor, ct)).Request.Id}")).Requires(Permission.HoldEvidence);
    }

    // A day as a form gives it, in UTC; what is no day filters nothing.
    private static DateTimeOffset? Day(string? text, int daysOn) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new(day.AddDays(daysOn).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;

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
