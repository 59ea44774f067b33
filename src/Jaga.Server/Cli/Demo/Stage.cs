using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Jaga.Kernel;
using Jaga.Server.Sandbox;

namespace Jaga.Server.Cli.Demo;

/// <summary>Everything that the story is played with: the data folder, Jaga's server and the platform as processes of their own, and who talks to them.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string Password = "a long sentence only for the demo";
    private readonly List<IAsyncDisposable> _open = [];

    public Stage(string folder, bool leaveFolder)
    {
        (Folder, LeaveFolder, Mail) = (folder, leaveFolder, new());
        _open.Add(Mail);
    }

    /// <summary>The folder of this telling: pictures, logs, bags.</summary>
    public string Folder { get; }

    /// <summary>Jaga's data folder.</summary>
    public string Data => Path.Combine(Folder, "data");

    /// <summary>Whether the folder outlives the demo.</summary>
    public bool LeaveFolder { get; }

    /// <summary>Where Jaga answers.</summary>
    public Uri Address { get; } = new($"http://localhost:{FreePort()}");

    private readonly int _sandboxPort = FreePort();

    private Uri PlatformAddress { get; } = new($"http://localhost:{FreePort()}");

    /// <summary>Anybody, without a key.</summary>
    public HttpClient Anybody => field ??= Client(Address);

    /// <summary>The platform's own key, for what the platform asks without an upload.</summary>
    public HttpClient Key { get; private set; } = null!;

    /// <summary>An administrator, signed in.</summary>
    public HttpClient Administrator { get; private set; } = null!;

    /// <summary>A reviewer, signed in.</summary>
    public HttpClient Reviewer { get; private set; } = null!;

    /// <summary>A lead, signed in.</summary>
    public HttpClient Lead { get; private set; } = null!;

    /// <summary>Another lead, signed in: whoever writes neither approves nor signs.</summary>
    public HttpClient Second { get; private set; } = null!;

    /// <summary>Where letters arrive.</summary>
    public SmtpServer Mail { get; }

    /// <summary>The platform's side door, for the story.</summary>
    public HttpClient Platform => field ??= Client(PlatformAddress);

    /// <summary>Runs one of Jaga's own verbs.</summary>
    public static Task<Ended> Verb(CancellationToken ct, params string[] arguments) => Child.Run(Child.Jaga, arguments, ct);

    /// <summary>Starts the server on the data folder, and waits until it is ready.</summary>
    public async Task StartServer(CancellationToken ct)
    {
        var settings = new Dictionary<string, string>
        {
            // Short, so that the story does not wait; fifteen seconds otherwise.
            ["Jaga__Cases__Undo"] = "00:00:05",

            // The policy of this platform: what behaves like an attack on readers is held for a person.
            ["Jaga__Items__HoldOutcomes__0"] = "TooManyPixels",
            ["Jaga__Items__HoldOutcomes__1"] = "Crashed",
            ["Jaga__Items__HoldOutcomes__2"] = "TimedOut",

            // How this platform's addresses are made, so that a link in a report and in an order lead to the same group.
            ["Jaga__Cases__Addresses__0"] = "https://plaza.example/groups/{group}",

            // Short as well: a report without script is sent a second time after this.
            ["Jaga__Reports__Step"] = "00:00:02",
            ["Jaga__Referrals__Reporter__Email"] = "safety@plaza.example",
            ["Jaga__Referrals__Reporter__Service"] = "Plaza",
            ["Jaga__Mail__Host"] = "localhost",
            ["Jaga__Mail__Port"] = Mail.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Jaga__Mail__Tls"] = "false",
            ["Jaga__Mail__From"] = "safety@plaza.example",
        };
        var server = Child.Start(Child.Jaga, ["up", "--data", Data, "--urls", Address.ToString()], Path.Combine(Folder, "server.log"), settings);
        _open.Add(server);
        await Until(server, async () => await Anybody.GetFromJsonAsync<Ready>("/health/ready", Json.Options, ct) is { Store: true, Matcher: true }, "the server is ready", "server.log", ct);
    }

    /// <summary>Starts a sandbox that speaks NCMEC's protocol, and keeps the account with it.</summary>
    public async Task StartSandbox(CancellationToken ct)
    {
        _open.Add(Child.Start(Child.Jaga, ["referral", "sandbox", "--port", _sandboxPort.ToString(System.Globalization.CultureInfo.InvariantCulture)], Path.Combine(Folder, "sandbox.log")));
        var secret = Path.Combine(Folder, "sandbox-password");
        await File.WriteAllTextAsync(secret, "sandbox", ct);
        await Must("referral", "account", "--data", Data, "--user", "sandbox", "--password", secret, "--address", $"http://127.0.0.1:{_sandboxPort}/ispws");
        File.Delete(secret);
    }

    /// <summary>Posts JSON where no answer is awaited.</summary>
    /// <exception cref="StepFailed">Jaga refused; its own words are in the text.</exception>
    public static async Task Send(HttpClient who, string path, object body, CancellationToken ct)
    {
        using var answer = await who.PostAsJsonAsync(path, body, Json.Options, ct);
        _ = answer.IsSuccessStatusCode ? true : throw new StepFailed($"POST {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
    }

    /// <summary>Signs the staff in, makes the platform's key, names it as a receiver, and starts it.</summary>
    public async Task StartPlatform(CancellationToken ct)
    {
        Administrator = await SignIn("administrator", ct);
        (Lead, Reviewer, Second) = (await SignIn("lead", ct), await SignIn("reviewer", ct), await SignIn("second", ct, "lead"));
        var key = (await Must("people", "key", "create", "--data", Data, "--name", "demo platform", "--scope", "checkItems", "--scope", "confirmActions")).Trim();
        Key = Client(Address);
        Key.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var named = await Administrator.PostAsJsonAsync("/api/v1/receivers", new { name = "platform", receiver = new { url = new Uri(PlatformAddress, "/jaga"), allowPrivate = true } }, ct);
        var secret = (await Read<JsonElement>(named, ct)).GetProperty("secret").GetString()!;

        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../samples/Platform/bin/Release/net10.0/Platform"));
        if (!File.Exists(program))
        {
            throw new StepFailed("samples/Platform is built (./jaga demo builds it)");
        }

        var platform = Child.Start(program, ["--urls", PlatformAddress.ToString(), "--jaga", Address.ToString(), "--key", key, "--secret", secret, "--journal", Path.Combine(Folder, "effects.jsonl")], Path.Combine(Folder, "platform.log"));
        _open.Add(platform);
        await Until(platform, async () => await Platform.GetStringAsync("/ready", ct) == "ready", "the platform is ready", "platform.log", ct);
    }

    /// <summary>Jaga's numbers of the moment.</summary>
    public async Task<Numbers> Numbers(CancellationToken ct) => (await Lead.GetFromJsonAsync<Numbers>("/health/numbers", Json.Options, ct))!;

    /// <summary>The platform's figures of the moment.</summary>
    public async Task<Figures> Figures(CancellationToken ct) => (await Platform.GetFromJsonAsync<Figures>("/figures", Json.Options, ct))!;

    /// <summary>A one-time link that signs the demo's visitor in, who has every role.</summary>
    public async Task<string> VisitorLink(CancellationToken ct)
    {
        await SignIn("visitor", ct, "administrator", "lead", "reviewer", "auditor");
        return (await Must("people", "link", "--data", Data, "--as", "visitor@demo.invalid", "--address", Address.ToString().TrimEnd('/'))).Trim();
    }

    /// <summary>A program of the platform with a new key for one scope.</summary>
    public async Task<HttpClient> KeyFor(string scope) => Bearing((await Must("people", "key", "create", "--data", Data, "--name", $"demo {scope}", "--scope", scope)).Trim());

    /// <summary>A program with this key.</summary>
    public HttpClient Bearing(string key)
    {
        var client = Client(Address);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Reads JSON.</summary>
    /// <exception cref="StepFailed">Jaga refused; its own words are in the text.</exception>
    public static async Task<T> Get<T>(HttpClient who, string path, CancellationToken ct)
    {
        using var answer = await who.GetAsync(path, ct);
        return await Read<T>(answer, ct);
    }

    /// <summary>Posts JSON, and reads the answer.</summary>
    /// <exception cref="StepFailed">Jaga refused; its own words are in the text.</exception>
    public static async Task<T> Post<T>(HttpClient who, string path, object body, CancellationToken ct)
    {
        using var answer = await who.PostAsJsonAsync(path, body, Json.Options, ct);
        return await Read<T>(answer, ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(_open))
        {
            await one.DisposeAsync();
        }

        if (!LeaveFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static async Task<T> Read<T>(HttpResponseMessage answer, CancellationToken ct) => answer.IsSuccessStatusCode
        ? (await answer.Content.ReadFromJsonAsync<T>(Json.Options, ct))!
        : throw new StepFailed($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.AbsolutePath} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");

    // Invited on the command line, as an operator does it; the invitation's link then signs in.
    private async Task<HttpClient> SignIn(string name, CancellationToken ct, params string[] roles)
    {
        var link = await Must(["people", "add", "--data", Data, "--email", $"{name}@demo.invalid", "--name", $"Demo {name}", "--language", "en", .. (roles.Length > 0 ? roles : [name]).SelectMany(r => (string[])["--role", r])]);
        var client = Client(Address);
        client.DefaultRequestHeaders.Add("X-Jaga-Csrf", "demo");
        using var taken = await client.PostAsJsonAsync("/api/v1/invitation", new { token = link.Trim().Split("token=")[1], password = Password }, ct);
        return taken.IsSuccessStatusCode ? client : throw new StepFailed($"the {name} signs in: {await taken.Content.ReadAsStringAsync(ct)}");
    }

    private static async Task<string> Must(params string[] verb)
    {
        var ended = await Verb(CancellationToken.None, verb);
        return ended.Code == 0 ? ended.Output : throw new StepFailed($"jaga {string.Join(' ', verb[..2])} ends with 0 and not {ended.Code}: {ended.Errors}");
    }

    private async Task Until(Child child, Func<Task<bool>> ready, string what, string log, CancellationToken ct)
    {
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var look = 0; look < 1200 && !child.Ended; look++)
        {
            try
            {
                if (await ready())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await often.WaitForNextTickAsync(ct);
        }

        throw new StepFailed($"{what}. The end of {log}: {string.Join('\n', File.ReadLines(Path.Combine(Folder, log)).TakeLast(15))}");
    }

    private HttpClient Client(Uri address)
    {
        var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer() };
        var client = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
        _open.Add(new Closing(client));
        return client;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class Closing(HttpClient client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
