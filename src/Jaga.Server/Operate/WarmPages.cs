using Jaga.Cases;
using Jaga.Kernel;
using Jaga.Matching;
using Jaga.People;
using Jaga.Server.Pages;
using Jaga.Server.Pages.Shell;
using Microsoft.AspNetCore.Http.Metadata;

namespace Jaga.Server.Operate;

/// <summary>
/// Shows the pages of the menu, and the next case, once to nobody, soon after the server is ready: until a page has been shown its code is not translated nor its queries
/// prepared, and whoever looks first waits for that, up to a second. It reads and writes nothing that a look would not, and keeps one core busy at most.
/// </summary>
public sealed class WarmPages(IServiceScopeFactory scopes, EndpointDataSource endpoints, IHttpContextAccessor accessor, Matcher matcher, ConsoleSettings settings, IHostApplicationLifetime life, ILogger<WarmPages> logger) : BackgroundService
{
    private const string CasePage = "/cases/{id}";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly List<string> _shown = [];

    /// <summary>The routes whose pages have been shown, in order.</summary>
    public IReadOnlyList<string> Shown => _shown;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Warm)
        {
            return;
        }

        // What the house must do comes first.
        while (!life.ApplicationStarted.IsCancellationRequested || !matcher.Ready)
        {
            await Task.Delay(Look, stoppingToken);
        }

        // The menu begins with the desk.
        foreach (var place in Place.Menu.SelectMany(group => group))
        {
            await Show(place.Path, stoppingToken);
            if (place == Place.Queue && await Next(stoppingToken) is { } next)
            {
                await Show(CasePage, stoppingToken, next);
            }
        }
    }

    private async Task<string?> Next(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var read = scope.ServiceProvider.GetRequiredService<ReadCases>();
        var first = await read.Run(CaseState.Open, new(null, 1), ct);
        if (first.Next is { } after)
        {
            // The pages after the first are read by other queries.
            await read.Run(CaseState.Open, new(after, 1), ct);
        }

        return first.Rows is [var next, ..] ? next.Id.ToString() : null;
    }

    // The endpoint is asked behind the gate, by the house itself: nobody's session is needed, and none is made.
    private async Task Show(string route, CancellationToken ct, string? id = null)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var endpoint = endpoints.Endpoints.OfType<RouteEndpoint>().Single(e => e.RoutePattern.RawText == route && e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Get) is true);
            var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = ct, Request = { Method = HttpMethods.Get, Scheme = "http", Host = new("localhost"), Path = route } };
            http.Request.RouteValues["id"] = id;
            http.Features.Set(Actor.System("warming"));
            http.SetEndpoint(endpoint);
            accessor.HttpContext = http;
            await scope.ServiceProvider.GetRequiredService<KnownSessions>().Recognise("nobody's", ct);
            await endpoint.RequestDelegate!(http);
            _shown.Add(route);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // Its first reader waits, and is told what is wrong.
            logger.LogInformation(failure, "The page {Route} could not be shown beforehand", route);
        }
        finally
        {
            accessor.HttpContext = null;
        }
    }
}
