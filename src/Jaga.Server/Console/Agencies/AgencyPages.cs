using Jaga.Obligations;
using Jaga.Packages;
using Jaga.People;
using Jaga.People.Agencies;
using Jaga.Server.Pages.People;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Agencies;

/// <summary>The agencies, their verification, officers and keys.</summary>
public static class AgencyPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/agencies", async (string? after, ReadAgencies read, Regimes regimes, CancellationToken ct) =>
            ConsolePages.Page<AgenciesPage>(new { Agencies = await read.Run(new(after, null), ct), Regimes = Of(regimes) })).Requires(Permission.ReadAgencies);
        pages.MapGet("/agencies/{id}", async (Id<Agency> id, ReadAgencies read, ConfirmEncryptionKey keys, Regimes regimes, CancellationToken ct) =>
            ConsolePages.Page<AgencyPage>(new { Agency = await read.One(id, ct), Keys = await keys.Of(id, ct), Regimes = Of(regimes) })).Requires(Permission.ReadAgencies);
        pages.MapPost("/agencies", async Task<IResult> (HttpRequest request, AddAgency add, ReadAgencies read, Regimes regimes, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var form = Form(await request.ReadFormAsync(ct));
            try
            {
                return Back((await add.Run(form, actor, ct)).Id, messages, words);
            }
            catch (Exception wrong) when (wrong is BadInput or RuleBroken)
            {
                return Again(ConsolePages.Page<AgenciesPage>(new { Agencies = await read.Run(new(null, null), ct), Regimes = Of(regimes), Form = form, Wrong = wrong }));
            }
        }).Requires(Permission.EditAgencies);
        pages.MapPost("/agencies/{id}", async Task<IResult> (Id<Agency> id, HttpRequest request, EditAgency edit, ReadAgencies read, ConfirmEncryptionKey keys, Regimes regimes, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var form = Form(await request.ReadFormAsync(ct));
            try
            {
                return Back((await edit.Run(id, form, actor, ct)).Id, messages, words);
            }
            catch (Exception wrong) when (wrong is BadInput or RuleBroken)
            {
                return Again(ConsolePages.Page<AgencyPage>(new { Agency = await read.One(id, ct), Keys = await keys.Of(id, ct), Regimes = Of(regimes), Form = form, Wrong = wrong }));
            }
        }).Requires(Permission.EditAgencies);
        pages.MapPost("/agencies/{id}/verification", async (Id<Agency> id, [FromForm] string how, VerifyAgency verify, Messages messages, Text words, Actor actor, CancellationToken ct) =>
            Back((await verify.Run(id, new(how), actor, ct)).Id, messages, words)).Requires(Permission.EditAgencies);
        pages.MapPost("/agencies/{id}/close", async (Id<Agency> id, [FromForm] string why, CloseAgency close, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await close.Run(id, new(why), actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditAgencies);
        pages.MapPost("/agencies/{id}/officers", async (Id<Agency> id, [FromForm] string email, [FromForm] string name, [FromForm] string? language, AddOfficer add, Actor actor, HttpContext http, CancellationToken ct) =>
            Shown(http, name, "people.link", $"{http.Request.Scheme}://{http.Request.Host}{(await add.Run(id, new(email, name, string.IsNullOrEmpty(language) ? null : language), actor, ct)).Link}")).Requires(Permission.EditAgencies);
        pages.MapPost("/agencies/{id}/keys", async (Id<Agency> id, [FromForm] string name, AddAgencyKey add, Actor actor, HttpContext http, CancellationToken ct) =>
            Shown(http, name, "people.key", (await add.Run(id, new(name), actor, ct)).Key)).Requires(Permission.EditAgencies);
        pages.MapPost("/agencies/{id}/officers/{officer}/remove", async (Id<Agency> id, Id<StaffMember> officer, RemoveOfficer remove, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await remove.Run(id, officer, actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditAgencies);
        pages.MapPost("/agencies/{id}/keys/{key}/revoke", async (Id<Agency> id, Id<ApiKey> key, RevokeAgencyKey revoke, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await revoke.Run(id, key, actor, ct);
            return Back(id, messages, words);
        }).Requires(Permission.EditAgencies);
    }

    // The house's own promises are nothing that an authority acts under.
    private static List<Regime> Of(Regimes regimes) => [.. regimes.All.Where(r => r.Orders is not null && r.Id != Regimes.House)];

    // What was written comes back with what is wrong with it.
    private static RazorComponentResult Again(RazorComponentResult page)
    {
        page.StatusCode = 422;
        return page;
    }

    private static AgencyForm Form(IFormCollection form) => new(
        form["name"].ToString(), Kernel.Words.Read<AgencyKind>("kind", form["kind"]) ?? AgencyKind.Other, form["country"].ToString(),
        form["competence"].ToString().Split([' ', ','], StringSplitOptions.RemoveEmptyEntries), [.. form["regimes"].OfType<string>()],
        form["contact"].ToString(), form["language"].ToString(), form["receiver"], form["email"]);

    private static RedirectHttpResult Back(Id<Agency> id, Messages messages, Text words)
    {
        messages.Leave(new(Tone.Good, words["agency.did"]));
        return TypedResults.LocalRedirect($"/agencies/{id}");
    }

    private static RazorComponentResult Shown(HttpContext http, string whose, string what, string secret)
    {
        http.Response.Headers.CacheControl = "no-store";
        return ConsolePages.Page<ShownOncePage>(new { Whose = whose, What = what, Secret = secret });
    }
}
