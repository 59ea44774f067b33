using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Jaga.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Support;

/// <summary>A witness as C2SP tlog-witness describes one, over a real socket: it remembers what it saw, checks signature and consistency, and cosigns.</summary>
public sealed class WitnessServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly byte[] _seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private WitnessServer(WebApplication app) => _app = app;

    public WitnessKey Key => WitnessKey.Of("witness.example/w1", Ed25519.PublicKey(_seed));

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>The log that it knows.</summary>
    public VerifierKey? Log { get; set; }

    /// <summary>What it saw last.</summary>
    public long Size { get; set; }

    public byte[] Root { get; set; } = Merkle.EmptyRoot;

    /// <summary>Answers with this status and nothing else.</summary>
    public int? Fails { get; set; }

    /// <summary>Cosigns with another key than its own.</summary>
    public bool Lies { get; set; }

    public int Asked { get; private set; }

    public static async Task<WitnessServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new WitnessServer(app);
        app.MapPost("/add-checkpoint", (Delegate)server.Answer);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> Answer(HttpContext http)
    {
        Asked++;
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        if (Fails is { } status)
        {
            return TypedResults.StatusCode(status);
        }

        var end = body.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = body[..end].Split('\n');
        var note = SignedNote.Parse(body[(end + 2)..]);
        var checkpoint = Checkpoint.Parse(note.Text);
        var old = long.Parse(lines[0]["old ".Length..], CultureInfo.InvariantCulture);
        if (checkpoint.Origin != Log!.Name)
        {
            return TypedResults.NotFound();
        }

        if (note.SignedBy(Log!) is not true)
        {
            return TypedResults.StatusCode(403);
        }

        if (old > checkpoint.Size)
        {
            return TypedResults.BadRequest();
        }

        if (old != Size || (old == checkpoint.Size && !checkpoint.Root.SequenceEqual(Root)))
        {
            return TypedResults.Text($"{Size}\n", "text/x.tlog.size", statusCode: 409);
        }

        if (!Merkle.Extends(old, Root, checkpoint.Size, checkpoint.Root, [.. lines.Skip(1).Select(Convert.FromBase64String)]))
        {
            return TypedResults.StatusCode(422);
        }

        (Size, Root) = (checkpoint.Size, checkpoint.Root);
        const long Seconds = 1_750_000_000;
        var bytes = new byte[8 + 64];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Seconds);
        Ed25519.Sign(Lies ? new byte[32] : _seed, WitnessKey.Message(note.Text, Seconds)).CopyTo(bytes, 8);
        return TypedResults.Text(new SignedNote("x\n", [new(Key.Name, Key.Id, bytes)]).ToString()[3..]);
    }
}
