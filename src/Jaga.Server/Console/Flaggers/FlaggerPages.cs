using Jaga.People;
using Jaga.Reports.Flaggers;
using Jaga.Server.Pages.People;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Flaggers;

/// <summary>Those who flag content under their own name: how often they were right, their keys, warnings and suspensions.</summary>
public static class FlaggerPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/flaggers", async (int? year, ReadFlaggers read, TimeProvider clock, CancellationToken ct) =>
        {
            var asked = year ?? clock.GetUtcNow().Year;
            return ConsolePages.Page<FlaggersPage>(new { Flaggers = await read.Run(asked, ct), Year = asked });
        }).Requires(Permission.ReadFlaggers);
        pages.MapGet("/flaggers.csv", async (int year, ReadFlaggers read, CancellationToken ct) =>
            TypedResults.File(System.Text.Encoding.UTF8.GetBytes(ReadFlaggers.Csv(await read.Run(year, ct))), "text/csv", $"flaggers-{year}.csv")).Requires(Permission.ReadFlaggers);
        pages.MapGet("/flaggers/{id}", async (Id<Flagger> id, ReadFlaggers read, CancellationToken ct) =>
            ConsolePages.Page<FlaggerPage>(new { One = await read.One(id, ct) })).Requires(Permission.ReadFlaggers);
        pages.MapPost("/flaggers", async (HttpRequest request, AddFlagger add, Messages messages, Text words, Actor actor, CancellationToken ct) =>
            Back((await add.Run(Form(await request.ReadFormAsync(ct)), actor, ct)).Id, messages, words)).Requires(Permission.EditFlaggers);
        pages.MapPost("/flaggers/{id}", async (Id<Flagger> id, HttpRequest request, ChangeFlagger change, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await change.Run(id, Form(await request.ReadFormAsync(ct)), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditFlaggers);
        pages.MapPost("/flaggers/{id}/end", async (Id<Flagger> id, [FromForm] string reason, EndFlagger end, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await end.Run(id, new(reason), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditFlaggers);
        pages.MapPost("/flaggers/{id}/keys", async (Id<Flagger> id, [FromForm] string name, CreateFlaggerKey create, Actor actor, HttpContext http, CancellationToken ct) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return ConsolePages.Page<ShownOncePage>(new { Whose = name, What = "people.key", Secret = (await create.Run(id, new(name), actor, ct)).Key });
        }).Requires(Permission.EditFlaggers);
        pages.MapPost("/flaggers/{id}/keys/{key}/revoke", async (Id<Flagger> id, Id<ApiKey> key, RevokeFlaggerKey revoke, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await revoke.Run(id, key, actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditFlaggers);
        pages.MapPost("/flaggers/{id}/warnings", async (Id<Flagger> id, [FromForm] string reason, WarnReporter warn, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await warn.RunFor(id, new(reason), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditFlaggers).KeepsTyped();
        pages.MapPost("/flaggers/{id}/suspensions", async (Id<Flagger> id, [FromForm] string reason, [FromForm] int days, SuspendReporter suspend, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await suspend.RunFor(id, new(reason, days), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditFlaggers).KeepsTyped();
        pages.MapPost("/flaggers/{id}/misuses/{misuse}/told", async (Id<Flagger> id, Id<Misuse> misuse, [FromForm] string? words, TellMisuse tell, Messages messages, Text text, Actor actor, CancellationToken ct) =>
        {
            await tell.Run(misuse, new(words ?? ""), actor, ct);
            return Back(id, messages, text);
        }).Requires(Permission.EditFlaggers);
        pages.MapPost("/flaggers/{id}/misuses/{misuse}/lift", async (Id<Flagger> id, Id<Misuse> misuse, [FromForm] string reason, LiftSuspension lift, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await lift.Run(misuse, new(reason), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditFlaggers);
    }

    /// <summary>The median time to a decision, in words.</summary>
    public static string Median(ReadFlaggerReports.Figures figures, Text words) => figures.MedianHours is { } hours ? words.Span(TimeSpan.FromHours(hours)) : "–";

    private static FlaggerForm Form(IFormCollection form) => new(
        form["name"].ToString(), Kernel.Words.Read<FlaggerKind>("kind", form["kind"]) ?? FlaggerKind.Ngo, form["statusBy"].ToString(), form["territory"].ToString(),
        [.. form["categories"].OfType<string>()], form["contact"], form["receiver"]);

    private static RedirectHttpResult Back(Id<Flagger> id, Messages messages, Text words)
    {
        messages.Leave(new(Tone.Good, words["flagger.did"]));
        return TypedResults.LocalRedirect($"/flaggers/{id}");
    }
}
