using Jaga.People;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.People;

/// <summary>One's own account: name and language, password, second factors, open sessions.</summary>
public static class AccountPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var own = pages.MapGroup("/account");
        own.MapGet("", async (Presence presence, ReadMe read, CancellationToken ct) => ConsolePages.Page<AccountPage>(new { Me = await read.Run(presence, ct) })).Requires(Permission.OwnAccount);
        own.MapPost("/profile", async ([FromForm] string name, [FromForm] string language, ChangeProfile change, Presence presence, HttpContext http, CancellationToken ct) =>
        {
            await change.Run(new(name, language), presence, ct);
            http.Response.Cookies.Delete(Viewer.LanguageCookie);
            return Done(http, "account.changed");
        }).Requires(Permission.OwnAccount);
        own.MapPost("/password", async ([FromForm] string? present, [FromForm(Name = "new")] string fresh, ChangePassword change, Presence presence, Caller caller, HttpContext http, CancellationToken ct) =>
        {
            await change.Run(new() { Present = present ?? "", New = fresh }, presence, caller, ct);
            return Done(http, "account.password-changed");
        }).Requires(Permission.OwnAccount);

        // Secrets are shown in the answer itself: they are kept nowhere from which a next page could read them.
        own.MapPost("/totp", async (EnableTotp enable, Presence presence, CancellationToken ct) => ConsolePages.Page<TotpPage>(new { Secret = await enable.Begin(presence, ct) })).Requires(Permission.OwnAccount);
        own.MapPost("/totp/confirm", async Task<IResult> ([FromForm] string code, EnableTotp enable, Presence presence, Caller caller, Text words, CancellationToken ct) =>
        {
            try
            {
                return ConsolePages.Page<RecoveryPage>(new { (await enable.Confirm(new() { Code = code }, presence, caller, ct)).Codes });
            }
            catch (Exception wrong) when (wrong is BadInput or TooMany)
            {
                // The same secret: the app on the telephone has it.
                var page = ConsolePages.Page<TotpPage>(new { Secret = await enable.Again(presence, ct), Wrong = wrong is BadInput bad ? words.Said(bad) : words.Said(wrong.Message) });
                page.StatusCode = wrong is BadInput ? 422 : 429;
                return page;
            }
        }).Requires(Permission.OwnAccount);
        own.MapGet("/totp/confirm", () => TypedResults.LocalRedirect("/account")).Requires(Permission.OwnAccount);
        own.MapPost("/totp/remove", async ([FromForm] string code, DisableTotp disable, Presence presence, Caller caller, HttpContext http, CancellationToken ct) =>
        {
            await disable.Run(new() { Code = code }, presence, caller, ct);
            return Done(http, "account.totp-removed");
        }).Requires(Permission.OwnAccount);

        own.MapPost("/passkeys/{id}/remove", async (Id<StaffPasskey> id, RemovePasskey remove, Presence presence, HttpContext http, CancellationToken ct) =>
        {
            await remove.Run(id, presence, ct);
            return Done(http, "account.passkey-removed");
        }).Requires(Permission.OwnAccount);
        own.MapPost("/sessions/{id}/end", async (Id<Session> id, EndSession end, Presence presence, HttpContext http, CancellationToken ct) =>
        {
            await end.Run(id, presence, ct);
            return Done(http, "account.session-ended");
        }).Requires(Permission.OwnAccount);
        own.MapPost("/sessions/end", async (EndSession end, Presence presence, HttpContext http, CancellationToken ct) =>
        {
            await end.RunAll(presence.Me, presence, ct);
            return Done(http, "account.sessions-ended");
        }).Requires(Permission.OwnAccount);
    }

    private static RedirectHttpResult Done(HttpContext http, string word)
    {
        http.RequestServices.GetRequiredService<Messages>().Leave(new(Tone.Good, http.RequestServices.GetRequiredService<Text>()[word]));
        return TypedResults.LocalRedirect("/account");
    }
}
