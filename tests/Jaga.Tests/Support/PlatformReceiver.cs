using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Support;

/// <summary>The platform's end of the webhooks, on a real socket: checks each signature, has effect once an id, and answers with a receipt.</summary>
public sealed class PlatformReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _seen = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(24);

    private PlatformReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPost("/hook", Take);
    }

    /// <summary>The secret to give to Jaga.</summary>
    public string Secret => "whsec_" + Convert.ToBase64String(_key);

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hook");

    /// <summary>While set, every call is answered with 503 and has no effect.</summary>
    public bool Down { get; set; }

    /// <summary>Effects in order: the action's id, its verb, its target.</summary>
    public ConcurrentQueue<(string Action, string Verb, string Target)> Effects { get; } = new();

    /// <summary>Messages that ask for nothing to be done, whole and in order: statements of reasons, answers to reports.</summary>
    public ConcurrentQueue<byte[]> Told { get; } = new();

    /// <summary>How often each webhook id arrived while up.</summary>
    public IReadOnlyDictionary<string, int> Arrivals => _seen;

    /// <summary>Calls whose signature was wrong.</summary>
    public int Forged { get; private set; }

    public static async Task<PlatformReceiver> Start()
    {
        var receiver = new PlatformReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> Take(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (Down)
        {
            return Results.StatusCode(503);
        }

        var (id, at) = (request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString());
        var signed = Encoding.UTF8.GetBytes($"{id}.{at}.").Concat(body.ToArray()).ToArray();
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, signed));
        if (!request.Headers["webhook-signature"].ToString().Split(' ').Contains(expected))
        {
            Forged++;
            return Results.Unauthorized();
        }

        var first = _seen.AddOrUpdate(id, 1, (_, n) => n + 1) == 1;
        using var json = JsonDocument.Parse(body.ToArray());
        var data = json.RootElement.GetProperty("data");
        if (!data.TryGetProperty("action", out _))
        {
            if (first)
            {
                Told.Enqueue(body.ToArray());
            }

            return Results.Json(new { });
        }

        if (first)
        {
            Effects.Enqueue((data.GetProperty("action").GetString()!, data.GetProperty("verb").GetString()!, data.GetProperty("target").GetProperty("id").GetString()!));
        }

        return Results.Json(new { receipt = $"r-{data.GetProperty("action").GetString()}", effect = first ? "done" : "alreadyDone" });
    }
}
