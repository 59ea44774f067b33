using System.Text;
using System.Text.Json.Nodes;
using Jaga.People;
using Jaga.People.Agencies;

namespace Jaga.Tests.Disclosure;

/// <summary>Both sides of a request for data, as calls to the API: an agency's program, two leads, and the platform's program.</summary>
internal sealed class Asking : IDisposable
{
    private readonly JagaHost _jaga;

    private Asking(JagaHost jaga, string police, HttpClient agency, HttpClient lead, HttpClient other, HttpClient platform) =>
        (_jaga, Police, Agency, Lead, Other, Platform) = (jaga, police, agency, lead, other, platform);

    /// <summary>The agency's id.</summary>
    public string Police { get; }

    public HttpClient Agency { get; }

    /// <summary>Who checks and proposes.</summary>
    public HttpClient Lead { get; private set; }

    /// <summary>Another person, who releases.</summary>
    public HttpClient Other { get; private set; }

    public HttpClient Platform { get; }

    public static async Task<Asking> Begin(JagaHost jaga)
    {
        var (lead, police) = (await jaga.As(Role.Lead), await Verified(jaga, "Police"));
        return new(jaga, police, await jaga.KeyFor(new("agency", police), Permission.UseAgencyDoor), lead, await jaga.As(Role.Lead, Role.Auditor), await jaga.Key(Permission.GiveData));
    }

    /// <summary>An agency of which somebody made sure, and its id.</summary>
    public static async Task<string> Verified(JagaHost jaga, string name)
    {
        var agency = await jaga.Ask<AddAgency, AgencyCard>(add => add.Run(new(name, AgencyKind.LawEnforcement, "ID", ["*"], ["id-permenkominfo-5-2020", "house"], "021-110"), Actor.System("test"), default));
        await jaga.Ask<VerifyAgency, AgencyCard>(verify => verify.Run(agency.Id, new("called back"), Actor.System("test"), default));
        return agency.Id.ToString();
    }

    public static object Document(string kind, string number = "B/12/XI/2026") =>
        new { kind, number, issuedOn = "2026-01-02", issuer = "Unit Siber", mediaType = "application/pdf", content = Convert.ToBase64String(Encoding.UTF8.GetBytes($"%PDF {kind} {number}")) };

    /// <summary>A request about a group's founder and admins.</summary>
    public static JsonObject About(params string[] classes) => Node(new
    {
        regime = "id-permenkominfo-5-2020",
        legalBasis = "KUHAP, Pasal 43",
        offence = "UU 44/2008, Pasal 29",
        maxPenaltyMonths = 144,
        purpose = "To find who founded and runs the group",
        description = "The group sells banked pictures",
        subjects = new[] { new { kind = "group", id = "g7" }, new { kind = "account", id = "u42" } },
        classes,
        reference = "LP/77",
        documents = new[] { Document("officialRequest") },
    });

    public async Task<string> Send(JsonObject request) => (string)(await Ok(await Agency.PostAsJsonAsync("/api/v1/agency/data-requests", request)))["id"]!;

    public async Task<JsonNode> Read(string id) => await Ok(await Lead.GetAsync($"/api/v1/data-requests/{id}"));

    public async Task<JsonNode> Own(string id) => await Ok(await Agency.GetAsync($"/api/v1/agency/data-requests/{id}"));

    /// <summary>Finds the <paramref name="index"/>-th document genuine.</summary>
    public async Task Accept(string id, int index, string[] covers, bool members = false)
    {
        var document = (await Read(id))["documents"]![index]!["id"];
        await Ok(await Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/documents/{document}/check", new { accepted = true, covers, coversMembers = members, because = "seal and signature compared" }));
    }

    public Task<HttpResponseMessage> Propose(string id, string outcome, string[]? classes = null, string? ground = null) => Lead.PostAsJsonAsync(
        $"/api/v1/data-requests/{id}/proposal", new { outcome, classes, ground, @checked = new[] { "authority", "legalBasis", "necessity", "proportion", "humanRights" } });

    public Task<HttpResponseMessage> Release(string id) => Other.PostAsync($"/api/v1/data-requests/{id}/release", null);

    /// <summary>Everything that was asked for, made up.</summary>
    public async Task<JsonArray> Answers(string id)
    {
        var asked = (await Ok(await Platform.GetAsync("/api/v1/data-requests/asked")))["rows"]!.AsArray().Single(r => (string)r!["request"]! == id)!;
        return [.. asked["subjects"]!.AsArray().Select(s => Node(new
        {
            kind = (string)s!["kind"]!,
            id = (string)s["id"]!,
            fields = s["fields"]!.AsArray().Where(f => (string)f!["type"]! is "rows").ToDictionary(f => (string)f!["name"]!, f => new[] { new Dictionary<string, string> { [(string)f!["columns"]![0]!] = "x" } }),
            notHeld = s["fields"]!.AsArray().Where(f => (string)f!["type"]! is not "rows").Select(f => (string)f!["name"]!),
        }))];
    }

    public Task<HttpResponseMessage> Give(string id, JsonArray subjects) => Platform.PostAsJsonAsync($"/api/v1/data-requests/{id}/data", new { receipt = "P-1", subjects = subjects.DeepClone() });

    /// <summary>Two leads hand the data over as a package; without encryption, which an administrator has lifted for this. Gives the package.</summary>
    public async Task<string> Pack(string id)
    {
        using var admin = await _jaga.As(Role.Administrator);
        await Ok(await admin.PutAsJsonAsync("/api/v1/package-profiles/id-police", new { unencrypted = true, why = "made up for a test" }));
        var package = (string)(await Ok(await Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "data-request", id } }, profile = "id-police", agency = Police })))["id"]!;
        await Ok(await Other.PostAsJsonAsync($"/api/v1/packages/{package}/release", new { seen = (string)(await Ok(await Lead.GetAsync($"/api/v1/packages/{package}")))["seen"]! }));
        await _jaga.RunWorker();
        var built = (await Ok(await Lead.GetAsync($"/api/v1/packages/{package}")))["row"]!;
        Assert.Equal(("ready", null), ((string?)built["state"], (string?)built["halted"]));
        return package;
    }

    /// <summary>The clocks about a request: clause, state, whether paused, due.</summary>
    public async Task<Dictionary<string, (string State, bool Paused, DateTimeOffset Due)>> Clocks(string id) =>
        (await Read(id))["clocks"]!.AsArray().ToDictionary(c => (string)c!["clause"]!, c => ((string)c!["state"]!, c["pausedAt"] is not null, (DateTimeOffset)c["dueAt"]!));

    public static async Task<JsonNode> Ok(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    /// <summary>Expects a refusal, and gives its words.</summary>
    public static async Task<string> Refused(HttpResponseMessage answer, HttpStatusCode with)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == with, $"{(int)answer.StatusCode}: {text}");
        return text;
    }

    /// <summary>Lets time pass, and signs the leads in again: their sessions do not last so long.</summary>
    public async Task Advance(TimeSpan by)
    {
        _jaga.Clock.Advance(by);
        Lead.Dispose();
        Other.Dispose();
        (Lead, Other) = (await _jaga.As(Role.Lead), await _jaga.As(Role.Lead, Role.Auditor));
    }

    public void Dispose()
    {
        foreach (var client in (HttpClient[])[Agency, Lead, Other, Platform])
        {
            client.Dispose();
        }
    }

    private static JsonObject Node(object value) => System.Text.Json.JsonSerializer.SerializeToNode(value, Json.Options)!.AsObject();
}
