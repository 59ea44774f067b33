namespace Jaga.People;

/// <summary>Ends the session of this browser.</summary>
public static class SignOut
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/sign-out", async (Presence presence, EndSession end, HttpContext http, CancellationToken ct) =>
        {
            await Run(presence, end, http, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.OwnAccount).WithSummary("End this session");

    /// <summary>Ends the session and has the browser forget its cookie.</summary>
    public static async Task Run(Presence presence, EndSession end, HttpContext http, CancellationToken ct)
    {
        await end.Run(presence.Session!.Value, presence, ct);
        SessionCookie.Clear(http);
        http.Response.Headers["Clear-Site-Data"] = "\"cache\"";
    }
}
