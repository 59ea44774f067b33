using Jaga.Obligations;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Obligations;

/// <summary>What is owed to whom by when, and the rules that say so.</summary>
public static class ObligationPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/obligations", List).Requires(Permission.ReadObligations);
        pages.MapGet("/obligations/{id}", async (Id<Obligation> id, ReadObligations read, Db db, Regimes regimes, CancellationToken ct) =>
            ConsolePages.Page<ObligationPage>(new { Story = await read.One(id, ct), Owners = await Owners.Read(db, regimes, ct) })).Requires(Permission.ReadObligations);
        pages.MapGet("/regimes", async (Regimes regimes, ReadLadders ladders, ReadOnCall onCall, CancellationToken ct) =>
            ConsolePages.Page<RegimesPage>(new { Regimes = ReadRegimes.Run(regimes), Ladders = await ladders.Run(ct), Turns = (await onCall.Run(ct)).Turns })).Requires(Permission.ReadObligations);
        Form(pages, "cancel", async (id, why, services, actor, ct) => (await services.GetRequiredService<CancelObligation>().Run(id, new(why), actor, ct)).Cancelled ? "cancel" : "cancel-asked");
        Form(pages, "pause", async (id, why, services, actor, ct) =>
        {
            await services.GetRequiredService<PauseObligation>().Run(id, new(why), actor, ct);
            return "pause";
        });
        Form(pages, "resume", async (id, _, services, actor, ct) =>
        {
            await services.GetRequiredService<PauseObligation>().Resume(id, actor, ct);
            return "resume";
        });
        pages.MapPost("/obligations/{id}/assign", async (Id<Obligation> id, [FromForm] string? person, AssignObligation assign, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await assign.Run(id, new(person), actor, ct);
            messages.Leave(new(Tone.Good, words["obligation.did.assign"]));
            return TypedResults.LocalRedirect($"/obligations/{id}");
        }).Requires(Permission.EditObligations);
        pages.MapPost("/notices/{id}/read", async (Id<Notice> id, MarkNoticeRead mark, Actor actor, CancellationToken ct) =>
        {
            await mark.Run(id, actor, ct);
            return TypedResults.LocalRedirect("/");
        }).Requires(Permission.ReadObligations);
    }

    // What it did is the last part of the message's key.
    private static void Form(IEndpointRouteBuilder pages, string verb, Func<Id<Obligation>, string, IServiceProvider, Actor, CancellationToken, Task<string>> run) =>
        pages.MapPost($"/obligations/{{id}}/{verb}", async (Id<Obligation> id, [FromForm] string? why, HttpContext http, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var did = await run(id, why ?? "", http.RequestServices, actor, ct);
            messages.Leave(new(Tone.Good, words[$"obligation.did.{did}"]));
            return TypedResults.LocalRedirect($"/obligations/{id}");
        }).Requires(Permission.EditObligations);

    /// <param name="state"><c>owed</c> (the default), <c>overdue</c>, <c>kept</c>, <c>keptLate</c> or <c>cancelled</c>.</param>
    /// <param name="day">Only what is due on this day of the reader's.</param>
    private static async Task<RazorComponentResult> List(string? state, string? queue, string? person, DateOnly? day, string? after, ReadObligations read, ReadDuties duties, Viewer viewer, Db db, Regimes regimes, CancellationToken ct)
    {
        var filter = state switch
        {
            "overdue" => new ReadObligations.Filter(Overdue: true),
            "kept" => new(ObligationState.Kept),
            "keptLate" => new(ObligationState.KeptLate),
            "cancelled" => new(ObligationState.Cancelled),
            _ => new ReadObligations.Filter(),
        };
        filter = filter with
        {
            Queue = string.IsNullOrEmpty(queue) ? null : queue,
            Person = string.IsNullOrEmpty(person) ? null : person,
            DueFrom = day is { } on ? ReadCalendar.Begin(on, viewer.Zone) : null,
            DueUntil = day?.AddDays(1) is { } next ? ReadCalendar.Begin(next, viewer.Zone) : null,
        };
        return ConsolePages.Page<ObligationsPage>(new { State = state ?? "owed", Day = day, Numbers = await duties.Run(ct), Obligations = await read.Run(filter, new(after, null), viewer.Now, ct), Owners = await Owners.Read(db, regimes, ct) });
    }
}
