using Jaga.People;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.People;

/// <summary>Who works here and which programs call, for those who manage them.</summary>
public static class PeoplePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/people", async (ReadStaff staff, ReadApiKeys keys, string? after, CancellationToken ct) =>
            ConsolePages.Page<PeoplePage>(new { Staff = await staff.Run(new(after, null), ct), Keys = await keys.Run(new(null, Page<object>.MaxSize), ct) })).Requires(Permission.ReadPeople);
        pages.MapGet("/people/{id}", async (Id<StaffMember> id, ReadStaff staff, CancellationToken ct) =>
            ConsolePages.Page<StaffPage>(new { Who = await staff.One(id, ct) })).Requires(Permission.ReadPeople);

        pages.MapPost("/people", async ([FromForm] string email, [FromForm] string name, [FromForm] Role[]? roles, [FromForm] string language, InviteStaff invite, Actor actor, HttpContext http, CancellationToken ct) =>
            Shown(http, name, "people.link", Absolute(http, (await invite.Run(new(email, name, roles ?? [], language), actor, ct)).Link))).Requires(Permission.EditPeople);
        pages.MapPost("/people/{id}/invitation", async (Id<StaffMember> id, [FromForm] bool? resetSecondFactor, ReadStaff staff, InviteStaff invite, Actor actor, HttpContext http, CancellationToken ct) =>
            Shown(http, (await staff.One(id, ct)).Name, "people.link", Absolute(http, (await invite.Renew(id, new(resetSecondFactor is true), actor, ct)).Link))).Requires(Permission.EditPeople);
        pages.MapPost("/people/keys", async ([FromForm] string name, [FromForm] Permission[]? scopes, [FromForm] string? platform, CreateApiKey create, Actor actor, HttpContext http, CancellationToken ct) =>
            Shown(http, name, "people.key", (await create.Run(new(name, scopes ?? [], string.IsNullOrWhiteSpace(platform) ? null : platform), actor, ct)).Key)).Requires(Permission.EditPeople);

        pages.MapPost("/people/{id}/roles", async (Id<StaffMember> id, [FromForm] Role[]? roles, SetRoles set, Actor actor, HttpContext http, CancellationToken ct) =>
        {
            await set.Run(id, new(roles ?? []), actor, ct);
            return Done(http, $"/people/{id}", "people.roles-set");
        }).Requires(Permission.EditPeople);
        pages.MapPost("/people/{id}/close", async (Id<StaffMember> id, [FromForm] string why, DisableStaff disable, Actor actor, HttpContext http, CancellationToken ct) =>
        {
            await disable.Run(id, new(why), actor, ct);
            return Done(http, $"/people/{id}", "people.closed-now");
        }).Requires(Permission.EditPeople);
        pages.MapPost("/people/{id}/open", async (Id<StaffMember> id, [FromForm] string why, DisableStaff disable, Actor actor, HttpContext http, CancellationToken ct) =>
        {
            await disable.Undo(id, new(why), actor, ct);
            return Done(http, $"/people/{id}", "people.opened-now");
        }).Requires(Permission.EditPeople);
        pages.MapPost("/people/{id}/sign-out", async (Id<StaffMember> id, EndSession end, Presence presence, HttpContext http, CancellationToken ct) =>
        {
            await end.RunAll(id, presence, ct);
            return Done(http, $"/people/{id}", "people.signed-out");
        }).Requires(Permission.EditPeople);
        pages.MapPost("/people/keys/{id}/revoke", async (Id<ApiKey> id, RevokeApiKey revoke, Actor actor, HttpContext http, CancellationToken ct) =>
        {
            await revoke.Run(id, actor, ct);
            return Done(http, "/people", "people.key-revoked");
        }).Requires(Permission.EditPeople);
    }

    // Shown in the answer itself, and kept nowhere: reloading asks the browser to send the form again, and makes another.
    private static RazorComponentResult Shown(HttpContext http, string whose, string what, string secret)
    {
        http.Response.Headers.CacheControl = "no-store";
        return ConsolePages.Page<ShownOncePage>(new { Whose = whose, What = what, Secret = secret });
    }

    private static string Absolute(HttpContext http, string path) => $"{http.Request.Scheme}://{http.Request.Host}{path}";

    private static RedirectHttpResult Done(HttpContext http, string to, string word)
    {
        http.RequestServices.GetRequiredService<Messages>().Leave(new(Tone.Good, http.RequestServices.GetRequiredService<Text>()[word]));
        return TypedResults.LocalRedirect(to);
    }
}
