using System.Net.Http;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Jaga.Server.Cli.Demo;

/// <summary>Step 8: an urgent order, a child's aunt and a trusted flagger speak of one group. It is one case; all three hear what became of it.</summary>
internal static partial class OneGroup
{
    private const string Group = "812";
    private static readonly string[] Competence = ["csam"];
    private static readonly string[] Regimes = ["id-permenkominfo-5-2020"];
    private const string Address = "https://plaza.example/groups/812";

    /// <returns>The actions that its decision asks for.</returns>
    public static async Task<int> Tell(Stage stage, Teller teller, CancellationToken ct)
    {
        teller.Begin(8, "A ministry, an aunt and a flagger speak of one group");
        var door = await Door(stage, ct);
        var order = await Stage.Post<JsonElement>(
            door, "/api/v1/agency/orders",
            new { category = "csam", locations = new[] { Address }, legalBasis = "UU 44/2008 Pasal 4(1)", reasons = "The group shares what the law forbids.", redress = "PTUN Jakarta", urgent = true, reference = "B-17/2026" }, ct);
        var number = order.GetProperty("number").GetString()!;
        teller.Check(number.Length > 3, $"An urgent order comes in at the agency's door; its receipt {number} is given at once");

        var code = await Report(stage, teller, ct);
        var flagger = await Flagger(stage, ct);
        var flagged = await Stage.Post<JsonElement>(flagger, "/api/v1/flagger/reports", new { reports = new[] { new { id = "f-1", category = "csam", location = Address, words = "A group that came back." } } }, ct);
        teller.Check(flagged.GetProperty("reports")[0].TryGetProperty("report", out var taken) && taken.ValueKind is JsonValueKind.String, $"A trusted flagger reports it too");

        JsonElement line = default;
        await teller.Wait(
            async () =>
            {
                var open = (await Stage.Get<JsonElement>(stage.Lead, "/api/v1/cases?state=open&size=200", ct)).GetProperty("rows").EnumerateArray()
                    .Where(c => c.GetProperty("about").GetProperty("kind").GetString() == "group" && c.GetProperty("about").GetProperty("id").GetString() == Group).ToList();
                line = open.Count == 1 ? open[0] : default;
                return open.Count == 1 && (await Stage.Get<JsonElement>(stage.Lead, "/api/v1/reports?size=200", ct)).GetProperty("rows").EnumerateArray()
                    .Count(r => r.GetProperty("about").GetProperty("id").GetString() == Group && r.TryGetProperty("caseId", out var @case) && @case.ValueKind is JsonValueKind.String) == 2;
            },
            TimeSpan.FromSeconds(30), $"The order and both reports are one case, with the law's clock on it", ct);

        await Warned(stage, teller, order.GetProperty("id").GetGuid(), ct);
        await Stage.Send(stage.Lead, $"/api/v1/orders/{order.GetProperty("id").GetGuid()}/acknowledgement", new { }, ct);
        await Close(stage, line.GetProperty("id").GetGuid(), ct);

        await teller.Wait(
            async () => (await Stage.Get<JsonElement>(door, $"/api/v1/agency/orders/{order.GetProperty("id").GetGuid()}", ct)).GetProperty("order").GetProperty("state").GetString() == "answered",
            TimeSpan.FromSeconds(60), $"The platform confirmed that the group is closed, and only then the agency's door says: complied", ct);
        await teller.Wait(async () => (await Look(stage, code, ct)).Contains("4.1", StringComparison.Ordinal), TimeSpan.FromSeconds(60), $"The aunt reads with her code what was decided and why", ct);
        await teller.Wait(
            async () => (await Stage.Get<JsonElement>(flagger, "/api/v1/flagger/reports", ct)).GetProperty("rows")[0].GetProperty("verdict").ValueKind is JsonValueKind.String,
            TimeSpan.FromSeconds(60), $"So does the flagger, by its program", ct);
        teller.End();
        return 1;
    }

    // The ladder of this order's own duty: its first rung has fallen, and its first warning falls in half of its time.
    private static async Task Warned(Stage stage, Teller teller, Guid order, CancellationToken ct)
    {
        var owed = (await Stage.Get<JsonElement>(stage.Lead, $"/api/v1/obligations?aboutKind=order&aboutId={order}&clause={Regimes[0]}.takedown-urgent", ct)).GetProperty("rows").EnumerateArray().Single().GetProperty("id").GetGuid();
        await teller.Wait(
            async () => (await Stage.Get<JsonElement>(stage.Lead, "/api/v1/notices?size=200", ct)).GetProperty("rows").EnumerateArray()
                .Any(n => n.GetProperty("about").GetProperty("kind").GetString() is "obligation" && n.GetProperty("about").GetProperty("id").GetString() == owed.ToString()),
            TimeSpan.FromSeconds(60), $"People were told of its clock when the order came: the first rung of its ladder stands at 0 % of the four hours", ct);
        var warning = await MovedClock.Walk(stage, owed, share: 0.5, ct);
        teller.Check(
            warning is [{ Percent: 50, Says: var says }] && says.StartsWith("50 % of the time has passed", StringComparison.Ordinal),
            $"Two hours on, with nobody answering, the next rung warns: \"50 % of the time has passed …\" (in a copy of the house whose clock this demo put forward; the house itself waits for no clock)");
    }

    private static async Task<HttpClient> Door(Stage stage, CancellationToken ct)
    {
        var agency = await Stage.Post<JsonElement>(
            stage.Lead, "/api/v1/agencies",
            new { name = "Kementerian Contoh", kind = "ministry", country = "ID", competence = Competence, regimes = Regimes, contact = "Narahubung", language = "id" }, ct);
        var id = agency.GetProperty("id").GetGuid();
        await Stage.Post<JsonElement>(stage.Lead, $"/api/v1/agencies/{id}/verification", new { how = "Called back the number that it publishes." }, ct);
        return stage.Bearing((await Stage.Post<JsonElement>(stage.Lead, $"/api/v1/agencies/{id}/keys", new { name = "Program" }, ct)).GetProperty("key").GetString()!);
    }

    private static async Task<HttpClient> Flagger(Stage stage, CancellationToken ct)
    {
        var flagger = await Stage.Post<JsonElement>(stage.Lead, "/api/v1/flaggers", new { name = "Yayasan Contoh", kind = "trusted", statusBy = "A regulator", territory = "ID" }, ct);
        var key = await Stage.Post<JsonElement>(stage.Lead, $"/api/v1/flaggers/{flagger.GetProperty("id").GetGuid()}/keys", new { name = "Program" }, ct);
        return stage.Bearing(key.GetProperty("key").GetString()!);
    }

    private static async Task Close(Stage stage, Guid id, CancellationToken ct)
    {
        using var take = await stage.Lead.PostAsync($"/api/v1/cases/{id}/take", null, ct);
        var card = await Stage.Get<CaseCard>(stage.Lead, $"/api/v1/cases/{id}", ct);
        await Stage.Post<Decided>(
            stage.Lead, $"/api/v1/cases/{id}/decision",
            new { verdict = "illegal", policy = "Community rules, 4.1", reason = "Decided in the demo.", actions = new[] { new Wish("closeGroup", new("group", Group)) }, card.Version }, ct);
    }

    // Without script the page asks to read it again and to send it a little later; that is done here as a person would.
    private static async Task<string> Report(Stage stage, Teller teller, CancellationToken ct)
    {
        var first = await Send(stage, [], ct);
        var puzzle = Puzzle().Match(first).Groups[1].Value;
        var page = "";
        await teller.Wait(
            async () => Code().IsMatch(page = await Send(stage, [new("puzzle", puzzle), new("slow", "true")], ct)),
            TimeSpan.FromMinutes(1), $"A child's aunt reports the same group from her phone, without an account and without script, and has a receipt code that can be said over the telephone", ct);
        return Code().Match(page).Groups[1].Value;
    }

    private static async Task<string> Send(Stage stage, KeyValuePair<string, string>[] more, CancellationToken ct)
    {
        using var form = new FormUrlEncodedContent([new("category", "csam"), new("location", Address), new("words", "My niece was invited there."), new("happened", "yesterday"), new("goodFaith", "true"), .. more]);
        using var answer = await stage.Anybody.PostAsync("/report", form, ct);
        return await answer.Content.ReadAsStringAsync(ct);
    }

    private static async Task<string> Look(Stage stage, string code, CancellationToken ct)
    {
        using var form = new FormUrlEncodedContent([new("code", code)]);
        using var answer = await stage.Anybody.PostAsync("/report/answer", form, ct);
        return await answer.Content.ReadAsStringAsync(ct);
    }

    [GeneratedRegex("name=\"puzzle\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Puzzle();

    [GeneratedRegex("<p class=\"code\"[^>]*>([^<]+)<")]
    private static partial Regex Code();
}
