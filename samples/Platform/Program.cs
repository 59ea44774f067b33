// A tiny platform: the other side of Jaga, for the demo and as an example to start from.
//   Platform --urls http://127.0.0.1:5300 --jaga http://127.0.0.1:5280 --key jaga_… --secret whsec_… --journal effects.jsonl
// What an integration needs is in two files: Uploads.cs asks Jaga about every upload, Webhook.cs takes Jaga's actions.
using System.Net.Http.Headers;
using Platform;

var builder = WebApplication.CreateBuilder(args);
string Need(string name) => builder.Configuration[name] ?? throw new InvalidOperationException($"--{name} is missing.");

var jaga = new HttpClient { BaseAddress = new(Need("jaga")), Timeout = TimeSpan.FromMinutes(1) };
jaga.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Need("key"));
using var effects = new Effects(Need("journal"));
var uploads = new Uploads(jaga);
var webhook = new Webhook(Need("secret"), effects, TimeProvider.System);

var app = builder.Build();

// Jaga's side calls this.
app.MapPost("/jaga", webhook.Take);

// The demo's side calls these: send these files, be down for a while, tell what was done.
app.MapPost("/uploads", (UploadOrder order, CancellationToken ct) => uploads.Send(order, ct));
app.MapPost("/down", (bool down) => webhook.Down = down);
app.MapGet("/figures", () => new Figures(effects.All, webhook.Arrived, webhook.Repeated, webhook.Forged, webhook.TurnedAway));
app.MapGet("/ready", () => "ready");
app.Run();

namespace Platform
{
    /// <summary>What the platform did and saw since it started; the effects since ever.</summary>
    /// <param name="Arrived">Webhooks that were genuine and were answered with a receipt.</param>
    /// <param name="Repeated">Of these, those that had arrived before and had no second effect.</param>
    /// <param name="Forged">Calls whose signature or time was wrong.</param>
    /// <param name="TurnedAway">Calls that came while the platform was down.</param>
    public sealed record Figures(IReadOnlyCollection<Effect> Effects, int Arrived, int Repeated, int Forged, int TurnedAway);
}
