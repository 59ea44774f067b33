using System.Globalization;
using Jaga.Obligations;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Obligations;

/// <summary>Who is on call, who stands in, who is away, and what nobody has taken.</summary>
public static class OnCallPages
{
    private const string Here = "/obligations/on-call";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Here, async (ReadOnCall read, Db db, Regimes regimes, CancellationToken ct) =>
            ConsolePages.Page<OnCallPage>(new { OnCall = await read.Run(ct), Owners = await Owners.Read(db, regimes, ct) })).Requires(Permission.ReadObligations);
        pages.MapPost("/rotas", async (HttpRequest request, SetRota set, Actor actor, CancellationToken ct) =>
        {
            var form = await request.ReadFormAsync(ct);
            await set.Run(new(form["queue"].ToString(), Words.Read<Whom>("level", form["level"]) ?? Whom.Owner, form["zone"].ToString(), form["starts"].ToString(), [.. form["member"].Where(m => !string.IsNullOrEmpty(m)).Select(m => m!)]), actor, ct);
            return TypedResults.LocalRedirect(Here);
        }).Requires(Permission.EditDuties);
        Post(pages, "/rotas/{id}/end", Permission.EditDuties, (id, services, actor, ct) => services.GetRequiredService<SetRota>().End(Id<Rota>.Parse(id, null), actor, ct));
        pages.MapPost("/rotas/{id}/covers", async (Id<Rota> id, [FromForm] string person, [FromForm] string from, [FromForm] string until, CoverShift cover, Viewer viewer, Actor actor, CancellationToken ct) =>
        {
            await cover.Run(id, new(person, Moment("from", from, viewer), Moment("until", until, viewer)), actor, ct);
            return TypedResults.LocalRedirect(Here);
        }).Requires(Permission.EditDuties);
        Post(pages, "/covers/{id}/take-back", Permission.EditDuties, (id, services, actor, ct) => services.GetRequiredService<CoverShift>().TakeBack(Id<Cover>.Parse(id, null), actor, ct));
        pages.MapPost("/absences", async ([FromForm] string? person, [FromForm] string from, [FromForm] string until, RecordAbsence record, Viewer viewer, Actor actor, CancellationToken ct) =>
        {
            await record.Run(new(string.IsNullOrEmpty(person) ? null : person, Moment("from", from, viewer), Moment("until", until, viewer)), actor, ct);
            return TypedResults.LocalRedirect(Here);
        }).Requires(Permission.ReadObligations);
        Post(pages, "/absences/{id}/take-back", Permission.ReadObligations, (id, services, actor, ct) => services.GetRequiredService<RecordAbsence>().TakeBack(Id<Absence>.Parse(id, null), actor, ct));
        pages.MapPost("/notices/{id}/take", async (Id<Notice> id, [FromForm] string? back, TakeNotice take, Actor actor, CancellationToken ct) =>
        {
            await take.Run(id, actor, ct);
            return TypedResults.LocalRedirect(back is "home" ? "/" : Here);
        }).Requires(Permission.TakeNotices);
    }

    private static void Post(IEndpointRouteBuilder pages, string path, Permission needs, Func<string, IServiceProvider, Actor, CancellationToken, Task> run) =>
        pages.MapPost(path, async (string id, HttpContext http, Actor actor, CancellationToken ct) =>
        {
            await run(id, http.RequestServices, actor, ct);
            return TypedResults.LocalRedirect(Here);
        }).Requires(needs);

    // What a browser's field for day and time sends, on the reader's clock.
    private static DateTimeOffset Moment(string field, string text, Viewer viewer) =>
        DateTime.TryParseExact(text, ["yyyy-MM-ddTHH:mm", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? (BusinessCalendar.Utc with { Zone = viewer.Zone }).Instant(local)
            : throw new BadInput(field, "Write day and time as 2026-03-02T09:00.");
}
