using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Exchanges;

/// <summary>The other end of a real socket, which answers as an exchange does, or as badly as a test says.</summary>
internal abstract class ExchangeServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _asked = new();
    private WebApplication? _app;

    /// <summary>What a test lets happen to a request instead of the true answer. True where it has answered.</summary>
    public Func<HttpContext, Task<bool>> Interfere { get; set; } = _ => Task.FromResult(false);

    /// <summary>Method, path and question of everything that was asked, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public string Address => _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Answers with this status.</summary>
    public static Func<HttpContext, Task<bool>> With(int status, string? retryAfter = null) => http =>
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        return Task.FromResult(true);
    };

    /// <summary>Answers with this text and 200.</summary>
    public static Func<HttpContext, Task<bool>> Saying(string text) => async http =>
    {
        await http.Response.WriteAsync(text);
        return true;
    };

    /// <summary>Promises more than it says, and hangs up.</summary>
    public static async Task<bool> CutOff(HttpContext http)
    {
        http.Response.ContentLength = 100_000;
        await http.Response.WriteAsync("<queryResult><images>");
        await http.Response.Body.FlushAsync();
        http.Abort();
        return true;
    }

    public async Task<T> Started<T>()
        where T : ExchangeServer
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async http =>
        {
            _asked.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
            if (!await Interfere(http))
            {
                await Answer(http);
            }
        });
        await _app.StartAsync();
        return (T)this;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    protected abstract Task Answer(HttpContext http);

    protected static bool IsBasic(HttpContext http, string user, string password) =>
        http.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    protected static async Task<string> Body(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        return await reader.ReadToEndAsync();
    }
}
