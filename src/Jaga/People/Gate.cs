using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Jaga.People;

/// <summary>What the gate says to a request.</summary>
public enum Verdict
{
    Pass,

    /// <summary>Nobody is known, and the endpoint is not for anybody: 401, or the way to the sign-in page.</summary>
    SignIn,

    /// <summary>Known, but not allowed; or an endpoint without a mark: 403.</summary>
    Refused,

    /// <summary>A write that another site may have caused: 403.</summary>
    CrossSite,
}

/// <summary>
/// Every request passes here after routing: it is recognised by its API key or its session, then measured against the mark of its endpoint.
/// An endpoint without a mark lets nobody through.
/// </summary>
public sealed class Gate(RequestDelegate next, KnownKeys keys, IProblemDetailsService problems)
{
    /// <summary>The largest body of a request to an endpoint that anybody may call, in bytes, unless the endpoint says otherwise.</summary>
    public const long MostOfAnybody = 1024 * 1024;

    private const string Bearer = "Bearer ";

    public async Task Invoke(HttpContext http)
    {
        if (await Recognise(http) is { } presence)
        {
            http.Features.Set(presence);
            http.Features.Set(presence.Actor);
            http.User = presence.Principal();
        }

        var known = http.Features.Get<Presence>();
        // What is not a route is routing's own answer to a method or content type that no route takes (405, 415).
        var verdict = http.GetEndpoint() is RouteEndpoint endpoint ? Judge(endpoint.Metadata, known, CrossSite.Refuses(http.Request, known)) : Verdict.Pass;
        if (verdict is Verdict.Pass)
        {
            Bound(http);
            await next(http);
        }
        else if (verdict is Verdict.SignIn && IsPage(http.Request))
        {
            SendToSignIn(http);
        }
        else if (verdict is Verdict.Refused && known is { SecondFactorMissing: true } && HttpMethods.IsGet(http.Request.Method) && IsPage(http.Request))
        {
            // Their own account says what is missing, and is where it is set up.
            http.Response.Redirect("/account");
        }
        else
        {
            await Refuse(http, verdict, known);
        }
    }

    // What anybody may send, and JSON of whomever, becomes one piece of memory before a use case sees it. Uploads say themselves how large they may be.
    private static void Bound(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata is { } marks && marks.GetMetadata<IRequestSizeLimitMetadata>() is null && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            var most = marks.GetMetadata<PublicEndpoint>() is not null ? MostOfAnybody : http.Request.HasJsonContentType() ? IdempotentWrites.MaxJson : long.MaxValue;
            size.MaxRequestBodySize = Math.Min(size.MaxRequestBodySize ?? most, most);
        }
    }

    /// <summary>The rule, by itself.</summary>
    public static Verdict Judge(EndpointMetadataCollection marks, Presence? presence, bool crossSite)
    {
        var required = marks.GetOrderedMetadata<RequiredPermission>();
        if (required.Count == 0 && marks.GetMetadata<PublicEndpoint>() is null)
        {
            return Verdict.Refused;
        }

        if (required.Count > 0 && presence is null)
        {
            return Verdict.SignIn;
        }

        return required.Any(r => !presence!.May(r.Permission)) ? Verdict.Refused : crossSite ? Verdict.CrossSite : Verdict.Pass;
    }

    private async ValueTask<Presence?> Recognise(HttpContext http)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return await keys.Recognise(authorization[Bearer.Length..].Trim(), http.RequestAborted);
        }

        return SessionCookie.Read(http.Request) is { Length: > 0 and <= 100 } token
            ? await http.RequestServices.GetRequiredService<KnownSessions>().Recognise(token, http.RequestAborted)
            : null;
    }

    private static bool IsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static void SendToSignIn(HttpContext http)
    {
        // A form that was sent cannot be sent again by a link, so only what was looked at is come back to.
        var then = HttpMethods.IsGet(http.Request.Method) ? LocalPath.OrHome(http.Request.Path + http.Request.QueryString) : "/";
        var page = "/sign-in?then=" + Uri.EscapeDataString(then);
        if (http.Request.Headers.ContainsKey("HX-Request"))
        {
            // htmx would put the sign-in page into a corner of this one.
            http.Response.Headers["HX-Redirect"] = "/sign-in";
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        http.Response.Redirect(page);
    }

    private async Task Refuse(HttpContext http, Verdict verdict, Presence? known)
    {
        var (status, type, title, detail) = verdict switch
        {
            Verdict.SignIn => (401, "urn:jaga:sign-in", "Sign in first.", "This needs an API key that works (Authorization: Bearer jaga_…) or a signed-in session."),
            Verdict.CrossSite => (403, "urn:jaga:cross-site", "This may come from another site.", $"A write with a session cookie needs to come from Jaga's own pages, or to carry the header {CrossSite.Header}."),
            _ => (403, "urn:jaga:not-allowed", "Not allowed.", known is { Staff: null } ? Lacks(http.GetEndpoint()!.Metadata, known) : "Your role does not include this. An administrator can say who may."),
        };
        http.Response.StatusCode = status;
        if (status == 401)
        {
            http.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer realm=\"jaga\"";
        }

        await problems.TryWriteAsync(new() { HttpContext = http, ProblemDetails = { Status = status, Type = type, Title = title, Detail = detail } });
    }

    // What a program is told: the scope by its word, so that its maker need not guess.
    private static string Lacks(EndpointMetadataCollection marks, Presence key)
    {
        var missing = marks.GetOrderedMetadata<RequiredPermission>().Select(r => r.Permission).Where(p => !key.May(p)).ToList();
        var words = string.Join(" and ", missing.Select(Kernel.Words.Of));
        return missing.Count == 0 ? "No key may do this." : missing.All(Matrix.PossibleOfKey(key.Roles[0]).Contains)
            ? $"This key lacks the scope {words}. A key's scopes cannot be changed: an administrator makes one that has it."
            : $"This key may not do this, and no key of its kind can: it takes a person who may ({words}).";
    }
}

/// <summary>Paths of Jaga's own, as the only places that a redirect may lead to.</summary>
public static class LocalPath
{
    /// <summary><paramref name="path"/> if it leads to this host whatever a browser makes of it, else <c>/</c>.</summary>
    public static string OrHome(string? path) =>
        path is { Length: > 0 and <= 2000 } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\') && !path.Any(char.IsControl)
            ? path
            : "/";
}
