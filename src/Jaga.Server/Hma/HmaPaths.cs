using System.Net;
using System.Text.Json;
using Jaga.Kernel;

namespace Jaga.Server.Hma;

/// <summary>
/// The paths, parameters, shapes and status codes of HMA, under <c>/hma</c>, so that its clients work when their address is changed. Which are there and how they
/// differ: docs/integrate/hma.md. They are edges: each calls what the house's own endpoint calls.
/// </summary>
public static class HmaPaths
{
    /// <summary>Where they stand.</summary>
    public const string Prefix = "/hma";

    /// <summary>Maps them, where they are switched on.</summary>
    public static IEndpointRouteBuilder MapHma(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<HmaSettings>().Enabled)
        {
            return routes;
        }

        var hma = routes.MapGroup(Prefix).ExcludeFromDescription().DisableAntiforgery().AddEndpointFilter(new TellAsMessage());
        HashingPaths.Map(hma);
        MatchingPaths.Map(hma);
        CurationPaths.Map(hma);
        ExchangePaths.Map(hma);
        StatusPaths.Map(hma);
        return routes;
    }

    /// <summary>Takes a key from where HMA's clients can put one, and refuses addresses that are not on the list. Comes before the gate of People.</summary>
    public static IApplicationBuilder UseHma(this IApplicationBuilder app)
    {
        var settings = app.ApplicationServices.GetRequiredService<HmaSettings>();
        var networks = settings.Networks;
        return settings.Enabled ? app.Use(Check) : app;

        Task Check(HttpContext http, RequestDelegate next)
        {
            if (!http.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal))
            {
                return next(http);
            }

            var from = http.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address) : IPAddress.None;
            if (networks.Count > 0 && !networks.Any(n => n.Contains(from)))
            {
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                return http.Response.WriteAsJsonAsync(new { message = "This address may not call here." }, http.RequestAborted);
            }

            // A session's cookie is no way in here: these paths are for programs.
            http.Request.Headers.Cookie = default;
            if (http.Request.Headers.Authorization.Count == 0)
            {
                var key = http.Request.Headers["X-API-Key"].ToString() is { Length: > 0 } header ? header : http.Request.Query["api_key"].ToString() is { Length: > 0 } query ? query : settings.Key;
                http.Request.Headers.Authorization = key.Length > 0 ? $"Bearer {key}" : default;
            }

            return Pass(http, next);
        }
    }

    // What cannot be read never reaches an endpoint's filter.
    private static async Task Pass(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException unread) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = unread.StatusCode;
            await http.Response.WriteAsJsonAsync(new { message = unread.InnerException is JsonException ? "The body is not JSON that can be read" : unread.Message }, http.RequestAborted);
        }
    }

    /// <summary>A refusal in HMA's shape.</summary>
    internal static IResult Message(int status, string text) => TypedResults.Json(new { message = text }, statusCode: status);

    /// <summary>A query parameter, or null where it is missing or empty.</summary>
    internal static string? Asked(this HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    private sealed class TellAsMessage : IEndpointFilter
    {
        public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            try
            {
                return await next(context);
            }
            catch (Exception refused) when (refused is BadInput or NotFound or RuleBroken or NotReady)
            {
                return Message(refused switch { BadInput => 400, NotFound => 404, NotReady => 503, _ => 403 }, refused.Message);
            }
        }
    }
}
