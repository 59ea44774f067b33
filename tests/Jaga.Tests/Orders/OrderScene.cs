using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.People;

namespace Jaga.Tests.Orders;

/// <summary>A house with an agency and its program at the door, a lead at the desk, and a platform that pulls its actions.</summary>
internal sealed class OrderScene : IAsyncDisposable
{
    private static readonly string[] Checks = ["authorityVerified", "competent", "legalBasis", "exactLocation", "necessary", "proportionate", "humanRights"];

    private OrderScene(JagaHost jaga, HttpClient lead, HttpClient platform, string agency, HttpClient door) => (Jaga, Lead, Platform, Agency, Door) = (jaga, lead, platform, agency, door);

    public JagaHost Jaga { get; }

    public HttpClient Lead { get; private set; }

    public HttpClient Platform { get; }

    /// <summary>The agency's id.</summary>
    public string Agency { get; }

    /// <summary>Its program.</summary>
    public HttpClient Door { get; }

    public static async Task<OrderScene> Start(Store store, object? agency = null, params (string Key, string Value)[] settings)
    {
        var jaga = await JagaHost.Start(store, settings: [("Cases:Undo", "00:00:00"), .. settings]);
        var lead = await jaga.As(Role.Lead);
        var (id, door) = await NewAgency(jaga, lead, agency ?? Ministry("Kementerian Contoh"));
        return new(jaga, lead, await jaga.Key(Permission.ConfirmActions), id, door);
    }

    public static object Ministry(string name, string regime = "id-permenkominfo-5-2020", string? receiver = null, string? email = null, string language = "en") => new
    {
        name, kind = "ministry", country = "ID", competence = new[] { "csam", "gambling", "terrorism" }, regimes = new[] { regime }, contact = "Narahubung", language, receiver, email,
    };

    /// <summary>An agency that was made sure of, and its program.</summary>
    public static async Task<(string Id, HttpClient Door)> NewAgency(JagaHost jaga, HttpClient lead, object form)
    {
        var id = (string)(await Read(await lead.PostAsJsonAsync("/api/v1/agencies", form)))["id"]!;
        await Read(await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/verification", new { how = "Called back the number on its own site." }));
        return (id, jaga.Bearing((string)(await Read(await lead.PostAsJsonAsync($"/api/v1/agencies/{id}/keys", new { name = "Program" })))["key"]!));
    }

    public static JsonObject Form(string category, params string[] locations) => new()
    {
        ["category"] = category, ["locations"] = new JsonArray([.. locations.Select(l => (JsonNode)l)]), ["legalBasis"] = "UU 44/2008 Pasal 4(1)", ["reasons"] = "The group shares what the law forbids.", ["redress"] = "PTUN Jakarta",
    };

    /// <summary>Sends an order through the door and gives its receipt.</summary>
    public async Task<JsonNode> Send(string category, params string[] locations) => await Read(await Door.PostAsJsonAsync("/api/v1/agency/orders", Form(category, locations)));

    public async Task<JsonNode> Own(JsonNode receipt) => await Read(await Door.GetAsync($"/api/v1/agency/orders/{receipt["id"]}"));

    /// <summary>Has the lead decide the open case about <paramref name="about"/>.</summary>
    public Task Decide(string about, string verdict, params object[] actions) => Decide(about, verdict, "seen", actions);

    /// <summary>The same with this reason.</summary>
    public async Task Decide(string about, string verdict, string reason, object[] actions)
    {
        Guid id = default;
        await Jaga.Do(async db =>
        {
            var (kind, key) = (about.Split(':', 2)[0], about.Split(':', 2)[1]);
            id = (await db.Cases.SingleAsync(c => c.About.Kind == kind && c.About.Id == key && c.State == CaseState.Open)).Id.Value;
        });
        var version = (int)(await Read(await Lead.GetAsync($"/api/v1/cases/{id}")))["version"]!;
        await Read(await Lead.PostAsJsonAsync($"/api/v1/cases/{id}/decision", new { verdict, policy = verdict == "noViolation" ? "" : "law", reason, actions, version }));
    }

    /// <summary>Has the lead go through an order's check list, and find nothing against it or, of its human rights, something.</summary>
    public Task Check(JsonNode receipt, string humanRights = "yes") => Read(Lead.PutAsJsonAsync($"/api/v1/orders/{receipt["id"]}/checks", new { lines = Checks.Select(i => new { item = i, finding = i == "humanRights" ? humanRights : "yes", note = "read" }) }));

    /// <summary>Lets time pass, and the lead sign in again after it.</summary>
    public async Task Pass(TimeSpan time)
    {
        Jaga.Clock.Advance(time);
        Lead.Dispose();
        Lead = await Jaga.As(Role.Lead);
    }

    public static object Act(string verb, string about, params string[] countries) => new
    {
        verb, target = new { kind = about.Split(':')[0], id = about.Split(':')[1] }, countries = countries.Length > 0 ? countries : null,
    };

    /// <summary>Has the platform answer every action that it is asked for, or only those of one verb.</summary>
    public async Task Confirm(string effect = "done", string? only = null)
    {
        foreach (var action in (await Read(await Platform.GetAsync("/api/v1/actions?state=requested")))["rows"]!.AsArray().Where(a => only is null || (string?)a!["verb"] == only))
        {
            await Read(await Platform.PostAsJsonAsync($"/api/v1/actions/{action!["id"]}/receipt", new { receipt = $"r-{action["target"]!["id"]}", effect, note = effect == "refused" ? "no such thing" : null }));
        }
    }

    public static async Task<JsonNode> Read(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    private static async Task<JsonNode> Read(Task<HttpResponseMessage> answer) => await Read(await answer);

    public async ValueTask DisposeAsync()
    {
        Lead.Dispose();
        Platform.Dispose();
        Door.Dispose();
        await Jaga.DisposeAsync();
    }
}
