using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Support;

/// <summary>A real receiver of webhooks on a real socket, which counts what it got by message id and answers as the test says.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Got> _got = new();

    private WebhookReceiver(WebApplication app) => _app = app;

    public sealed record Got(string Id, string Timestamp, string Signature, string Body);

    /// <summary>How it answers; 200 with <c>{"receipt":"ID"}</c> unless a test says otherwise.</summary>
    public Func<Got, HttpContext, Task> Answer { get; set; } = Taken;

    /// <summary>Everything that arrived, in order, repeats included.</summary>
    public IReadOnlyList<Got> All => [.. _got];

    /// <summary>The ids that arrived, each once, in the order of their first arrival: the effects of a receiver that honours the id.</summary>
    public IReadOnlyList<Got> Effects => [.. _got.DistinctBy(g => g.Id)];

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Takes the message.</summary>
    public static Task Taken(Got got, HttpContext http) => http.Response.WriteAsJsonAsync(new { receipt = got.Id });

    /// <summary>Answers with this status and no body.</summary>
    public static Func<Got, HttpContext, Task> With(int status) => (_, http) =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public static async Task<WebhookReceiver> Start(Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, o => listen?.Invoke(o)));
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            string Header(string name) => http.Request.Headers[name].ToString();
            var got = new Got(Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), await reader.ReadToEndAsync());
            receiver._got.Enqueue(got);
            await receiver.Answer(got, http);
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
