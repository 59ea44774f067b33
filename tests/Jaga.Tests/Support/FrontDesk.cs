using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Jaga.Banks;
using Jaga.Deliveries;
using Jaga.People;

namespace Jaga.Tests.Support;

/// <summary>What a platform's program and a reviewer do, as calls to the API.</summary>
public sealed class FrontDesk : IDisposable
{
    private readonly HttpClient _platform;
    private readonly HttpClient _reviewer;
    private readonly HttpClient _lead;

    private FrontDesk(HttpClient platform, HttpClient reviewer, HttpClient lead) => (_platform, _reviewer, _lead) = (platform, reviewer, lead);

    /// <summary>Signs in, and names <paramref name="receiver"/> as where actions go.</summary>
    public static async Task<FrontDesk> Open(JagaHost jaga, PlatformReceiver receiver)
    {
        var admin = await jaga.As(Role.Administrator);
        await Ok(await admin.PostAsJsonAsync("/api/v1/receivers", new { name = "platform", receiver = new { url = receiver.Address, allowPrivate = true, timeoutMs = 30_000 }, secret = receiver.Secret }));
        return new(await jaga.Key(Permission.CheckItems, Permission.ConfirmActions), await jaga.As(Role.Reviewer), await jaga.As(Role.Lead));
    }

    /// <summary>Makes a bank that holds the PDQ hash of <paramref name="known"/>, and waits until the matcher has it.</summary>
    public async Task Bank(string name, string label, Picture known)
    {
        var hash = (string)(await Check("to-bank", known.Png()))["fingerprints"]!["pdq"]!;
        var bank = await Ok(await _lead.PostAsJsonAsync("/api/v1/banks", new { bank = new { name, labels = new[] { label }, onMatch = "hold" } }));
        using var csv = new StringContent($"hash,algorithm,quality\n{hash},pdq,100\n");
        csv.Headers.ContentType = new("text/csv");
        await Ok(await _lead.PostAsync($"/api/v1/banks/{bank["id"]}/import", csv));
        await Poll.Until(async () => (await Check("is-it-banked", known.Png()))["matches"]!.AsArray().Count > 0, "the matcher follows the bank");
        // The probes above opened a case of their own; it is decided away.
        var probe = await Next();
        await Decide(probe, "noViolation", []);
    }

    /// <summary>Lays the same ground from inside: the receiver, and a bank with one MD5.</summary>
    public static async Task Found(IServiceProvider services, PlatformReceiver receiver, string bank, string label, string md5)
    {
        var me = Actor.System("test");
        await services.GetRequiredService<AddReceiver>().Run(new("platform", new(receiver.Address.ToString(), AllowPrivate: true, TimeoutMs: 30_000), receiver.Secret), me, default);
        var made = await services.GetRequiredService<CreateBank>().Run(new(new() { Name = bank, Labels = [label], OnMatch = OnMatch.Hold }), me, default);
        await services.GetRequiredService<AddSignals>().Run(made.Id, new("test", [new(md5, "md5")]), me, default);
    }

    public async Task<JsonNode> Check(string id, byte[] file)
    {
        using var form = new MultipartFormDataContent();
        form.Add(JsonContent.Create(new { id, account = "u42", group = "g7", name = id + ".png" }), "item");
        var bytes = new ByteArrayContent(file);
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(bytes, "file", id + ".png");
        return await Ok(await _platform.PostAsync("/api/v1/check", form));
    }

    public async Task<JsonNode> Next() => await Ok(await _reviewer.PostAsync("/api/v1/cases/next", null));

    public async Task<byte[]> Reveal(JsonNode @case)
    {
        using var answer = await _reviewer.PostAsync($"/api/v1/cases/{@case["id"]}/media/{@case["media"]![0]!["id"]}/reveal", null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var reveal = answer.Headers.GetValues("Jaga-Reveal").Single();
        await Ok(await _reviewer.PostAsJsonAsync($"/api/v1/reveals/{reveal}/end", new { milliseconds = 1200 }));
        return await answer.Content.ReadAsByteArrayAsync();
    }

    public async Task<JsonNode> Decide(JsonNode @case, string verdict, JsonArray actions) => await Ok(await _reviewer.PostAsJsonAsync(
        $"/api/v1/cases/{@case["id"]}/decision", new { verdict, policy = verdict is "noViolation" or "cannotView" ? "" : "House rule 1", reason = "a banked bridge", actions, version = (int)@case["version"]! }));

    public async Task Undo(JsonNode @case) => await Ok(await _reviewer.PostAsync($"/api/v1/cases/{@case["id"]}/undo", null));

    /// <summary>One of the numbers of the first screen.</summary>
    public async Task<int> Number(string name)
    {
        using var answer = await _lead.GetAsync("/health/numbers");
        return (int)JsonNode.Parse(await answer.Content.ReadAsStringAsync())![name]!;
    }

    public static JsonNode Act(string verb, string kind, string id, params string[] countries) => new JsonObject
    {
        ["verb"] = verb,
        ["target"] = new JsonObject { ["kind"] = kind, ["id"] = id },
        ["countries"] = countries.Length == 0 ? null : new JsonArray([.. countries.Select(c => JsonValue.Create(c))]),
    };

    public void Dispose()
    {
        _platform.Dispose();
        _reviewer.Dispose();
        _lead.Dispose();
    }

    private static async Task<JsonNode> Ok(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri} answered {(int)answer.StatusCode}: {body}");
        return body.Length > 0 ? JsonNode.Parse(body)! : new JsonObject();
    }
}
