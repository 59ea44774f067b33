using Jaga.People;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.People;

/// <summary>The pages before one is signed in: signing in by each way, the first administrator, invitations. A link's token is looked at by a page and used by its form, so that nothing that fetches links ahead uses it up.</summary>
public static class DoorPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        const string way = "the way to sign in";
        pages.MapGet("/sign-in", async (HttpContext http, string? then, Db db, CancellationToken ct) => http.Features.Get<Presence>() is null
            ? (IResult)ConsolePages.Page<SignInPage>(new { Then = LocalPath.OrHome(then), NobodyHere = !await db.Staff.AnyAsync(ct) })
            : TypedResults.LocalRedirect(LocalPath.OrHome(then))).Public(way);
        pages.MapPost("/sign-in", async ([FromForm] string email, [FromForm] string password, [FromForm] string? then, SignIn signIn, Caller caller, HttpContext http, CancellationToken ct) =>
            Next(http, await signIn.Run(new() { Email = email, Password = password }, caller, ct), "/sign-in", then)).Public(way);

        pages.MapGet("/sign-in/second-factor", (string? then) => ConsolePages.Page<CodePage>(new { Then = LocalPath.OrHome(then) })).Public(way);
        pages.MapPost("/sign-in/second-factor", async ([FromForm] string code, [FromForm] string? then, ConfirmSignIn confirm, Caller caller, HttpContext http, CancellationToken ct) =>
            Next(http, await confirm.Run(http.Request.Cookies[SealedCookie.SecondStep], new() { Code = code }, caller, ct), "/sign-in/second-factor", then)).Public(way);

        pages.MapGet("/sign-in/link", (string token, ReadLink read, CancellationToken ct) => Opened<LinkPage>(LinkKind.SignIn, token, read, ct)).Public("the link is the proof");
        pages.MapPost("/sign-in/link", async ([FromForm] string token, SignInWithLink signIn, Caller caller, HttpContext http, CancellationToken ct) =>
            Next(http, await signIn.Run(new() { Token = token }, caller, ct), "/sign-in", null)).Public("the link is the proof");

        pages.MapGet("/set-up", (string token, ReadLink read, CancellationToken ct) => Opened<SetUpPage>(LinkKind.SetUp, token, read, ct)).Public("the first start's link is the proof");
        pages.MapPost("/set-up", async ([FromForm] string token, [FromForm] string email, [FromForm] string name, [FromForm] string password, Text words, CreateFirstAdministrator create, Caller caller, HttpContext http, CancellationToken ct) =>
            Next(http, await create.Run(new() { Token = token, Email = email, Name = name, Language = words.Language, Password = password }, caller, ct), "/sign-in", "/people")).Public("the first start's link is the proof").KeepsTyped();

        pages.MapGet("/invitation", (string token, ReadLink read, CancellationToken ct) => Opened<InvitationPage>(LinkKind.Invitation, token, read, ct)).Public("the invitation's link is the proof");
        pages.MapPost("/invitation", async ([FromForm] string token, [FromForm] string password, AcceptInvitation accept, Caller caller, HttpContext http, CancellationToken ct) =>
            Next(http, await accept.Run(new() { Token = token, Password = password }, caller, ct), "/sign-in", "/account")).Public("the invitation's link is the proof");

        pages.MapPost("/sign-out", async (Presence presence, EndSession end, HttpContext http, CancellationToken ct) =>
        {
            await SignOut.Run(presence, end, http, ct);
            return TypedResults.LocalRedirect("/sign-in");
        }).Requires(Permission.OwnAccount);
    }

    // Nobody fills in a form whose link works no more.
    private static async Task<RazorComponentResult> Opened<TPage>(LinkKind kind, string token, ReadLink read, CancellationToken ct)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        if (await read.Run(kind, token, ct))
        {
            return ConsolePages.Page<TPage>(new { Token = token });
        }

        var spent = ConsolePages.Page<SpentLinkPage>(new { Kind = kind });
        spent.StatusCode = StatusCodes.Status410Gone;
        return spent;
    }

    // Where an answer leads; a refusal is told on the page that asked.
    private static RedirectHttpResult Next(HttpContext http, SignInAnswer answer, string again, string? then)
    {
        answer.PutCookie(http);
        var (messages, words) = (http.RequestServices.GetRequiredService<Messages>(), http.RequestServices.GetRequiredService<Text>());
        switch (answer.Outcome)
        {
            case SignInOutcome.SignedIn:
                http.Response.Cookies.Delete(SealedCookie.SecondStep);
                return TypedResults.LocalRedirect(LocalPath.OrHome(then));
            case SignInOutcome.CodeNeeded:
                return TypedResults.LocalRedirect(With("/sign-in/second-factor", then));
            case SignInOutcome.SignInNow:
                messages.Leave(new(Tone.Good, words["door.sign-in-now"]));
                return TypedResults.LocalRedirect("/sign-in");
            default:
                messages.Leave(new(Tone.Bad, words["door.refused"]));
                return TypedResults.LocalRedirect(With(again, then));
        }
    }

    private static string With(string page, string? then) => LocalPath.OrHome(then) is var to && to == "/" ? page : $"{page}?then={Uri.EscapeDataString(to)}";
}
