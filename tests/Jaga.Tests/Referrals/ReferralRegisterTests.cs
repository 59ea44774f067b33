using System.Text.Json.Nodes;
using System.Xml.Linq;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;
using Jaga.Server.Sandbox;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Referrals;

/// <summary>The register of referrals, the page of each, its receipts (<see cref="OpenReceipts"/>), and what a person does there.</summary>
public sealed class ReferralRegisterTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_register_is_searched_filtered_and_exported_without_a_formula_in_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var ncmec = await jaga.Sandbox();
        var done = await jaga.Finish(await jaga.Draft());
        ncmec.Fault = path => path is "/submit" ? SandboxFault.Refused : SandboxFault.None;
        var stuck = await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            var draft = await scope.GetRequiredService<DraftReferral>().Run(new("case", "c-2"), "=HYPERLINK(\"https://plaza.example\")", TipScene.Usual, [], Actor.System("test"), default);
            return await transaction.Commit(draft.Id, default);
        });
        await jaga.Sign(stuck);
        await jaga.SendReferrals();
        using var lead = await jaga.As(Role.Lead);

        Assert.Equal([$"{stuck}"], await Found(lead, "stopped=true"));
        Assert.Equal([$"{done}"], await Found(lead, "state=finished"));
        Assert.Equal([$"{done}"], await Found(lead, $"search={ncmec.Reports.Keys.Single()}"));
        Assert.Equal([$"{stuck}"], await Found(lead, "search=c-2"));
        var row = (await lead.GetFromJsonAsync<JsonNode>("/api/v1/referrals?search=c-2"))!["rows"]![0]!;
        Assert.Equal(jaga.Clock.Now.AddHours(24), (DateTimeOffset)row["owedBy"]!);

        var csv = await lead.GetStringAsync("/api/v1/referrals.csv");
        Assert.Equal(4, csv.Split("\r\n").Length);
        Assert.Contains("\"'=HYPERLINK(\"\"https://plaza.example\"\")\"", csv);
        Assert.DoesNotContain(",=", csv);
        Assert.Equal(3, (await lead.GetStringAsync("/api/v1/referrals.csv?state=finished")).Split("\r\n").Length);
    }

    [Fact]
    public async Task The_receipts_are_every_call_word_for_word_and_opening_them_is_on_record()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var id = await jaga.Finish(await jaga.Draft(null, EvidenceSteps.Bytes(900)));
        using var lead = await jaga.As(Role.Lead);

        using var answer = await lead.GetAsync($"/api/v1/referrals/{id}/receipts");
        Assert.Equal($"ncmec-{ncmec.Reports.Keys.Single()}.json", answer.Content.Headers.ContentDisposition!.FileName);
        var calls = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["calls"]!.AsArray();
        Assert.Equal(["/fileinfo", "/finish", "/submit", "/upload"], calls.Select(c => (string?)c!["path"]).Order());
        Assert.Contains("<incidentType>", (string?)calls.Single(c => (string?)c!["path"] == "/submit")!["request"]);
        Assert.Contains("<reportDoneResponse>", (string?)calls.Single(c => (string?)c!["path"] == "/finish")!["response"]);
        Assert.Contains("referral.receipts-opened", await jaga.Custody(new("referral", id.ToString())));

        using var administrator = await jaga.As(Role.Administrator);
        Assert.Equal(HttpStatusCode.Forbidden, (await administrator.GetAsync($"/api/v1/referrals/{id}/receipts")).StatusCode);
    }

    [Fact]
    public async Task What_a_person_fills_in_on_the_page_is_what_is_sent_and_what_they_cannot_say_stays()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var id = await jaga.Draft(TipScene.Usual with { Reported = TipScene.Usual.Reported! with { PriorReports = [7] } }, EvidenceSteps.Bytes(900), EvidenceSteps.Bytes(700, 2));
        using var writer = await jaga.As(Role.Reviewer, Role.Lead);
        var version = (await jaga.Read(id)).Row.Version;
        Dictionary<string, string> form = new()
        {
            ["version"] = $"{version}", ["type"] = "enticement", ["annotations"] = "Sextortion", ["escalation"] = "A child is in danger now.", ["content"] = "what was written", ["prior"] = "7, 8", ["more"] = "more",
            ["agency"] = "Polri", ["caseNumber"] = "LP/1", ["reportedToThem"] = "true", ["class-1"] = "a2", ["relevance-1"] = "reported", ["public-1"] = "false", ["marks-1"] = "Infant",
            ["class-2"] = "", ["relevance-2"] = "supplemental", ["public-2"] = "", ["viewed-2"] = "true",
        };
        using var posted = await writer.PostAsync($"/referrals/{id}/edit", new FormUrlEncodedContent(form));
        Assert.Equal(HttpStatusCode.Redirect, posted.StatusCode);
        await jaga.Finish(id);

        var report = Assert.Single(ncmec.Reports.Values);
        Assert.Equal(("Online Enticement of Children for Sexual Acts", "A child is in danger now.", "what was written", "more"), (Text("incidentType"), Text("escalateToHighPriority"), Text("content"), report.Xml.Root!.Element("additionalInfo")!.Value));
        Assert.Equal(("Polri", "LP/1", "true", "true"), (Text("agencyName"), Text("caseNumber"), Text("reportedToLe"), Text("sextortion")));
        Assert.Equal(["7", "8"], report.Xml.Descendants("priorCTReports").Select(p => p.Value));
        var (one, two) = (report.Files.Values.Single(f => f.Name == "file-001").Details!, report.Files.Values.Single(f => f.Name == "file-002").Details!);
        Assert.Equal(("A2", "Reported", "false"), (one.Descendants("industryClassification").Single().Value, one.Descendants("fileRelevance").Single().Value, one.Descendants("publiclyAvailable").Single().Value));
        Assert.Equal(["infant"], one.Descendants("fileAnnotations").Elements().Select(e => e.Name.LocalName));
        Assert.Equal(("Supplemental Reported", "true"), (two.Descendants("fileRelevance").Single().Value, two.Descendants("fileViewedByEsp").Single().Value));
        Assert.Empty(two.Descendants("industryClassification").Concat(two.Descendants("publiclyAvailable")).Concat(two.Descendants("fileAnnotations")));

        string Text(string name) => report.Xml.Descendants(name).Single().Value;
    }

    [Fact]
    public async Task A_number_that_is_none_and_a_file_that_is_not_there_are_refused_with_their_field()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var id = await jaga.Draft();
        using var writer = await jaga.As(Role.Lead);
        var read = await jaga.Read(id);

        var answer = await writer.PutAsJsonAsync($"/api/v1/referrals/{id}", new EditReferral.Request(read.Row.Version, read.Report, [new(1, null, [], null, null)]), Json.Options);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(read.Row.Version, (await jaga.Read(id)).Row.Version);
    }

    [Fact]
    public async Task What_was_taken_back_is_drafted_again_with_its_files_and_what_is_under_way_is_not()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/submit" ? SandboxFault.Refused : SandboxFault.None;
        var id = await jaga.Draft(null, EvidenceSteps.Bytes(900));
        using var lead = await jaga.As(Role.Lead);
        Assert.Equal(HttpStatusCode.Conflict, (await Again()).StatusCode);
        await jaga.Sign(id);
        await jaga.SendReferrals();
        Assert.Equal(HttpStatusCode.Conflict, (await Again()).StatusCode);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/retraction", new { reason = "4100" })).EnsureSuccessStatusCode();
        await jaga.SendReferrals();
        ncmec.Fault = _ => SandboxFault.None;

        var again = Id<Referral>.Parse((string)JsonNode.Parse(await (await Again()).Content.ReadAsStringAsync())!, null);
        var read = await jaga.Read(again);
        Assert.Equal((id, "It is mended.", 1), (read.Row.Follows!.Value, read.Report.AdditionalInfo, read.Files.Count));
        using var other = await jaga.As(Role.Lead, Role.Reviewer);
        (await other.PostAsJsonAsync($"/api/v1/referrals/{again}/signature", new { version = read.Row.Version })).EnsureSuccessStatusCode();
        await jaga.SendReferrals();
        Assert.NotNull(Assert.Single(ncmec.Reports.Values).FinishedAt);

        Task<HttpResponseMessage> Again() => lead.PostAsJsonAsync($"/api/v1/referrals/{id}/follow-up", new FollowUpReferral.Request("It is mended."));
    }

    [Fact]
    public async Task What_the_draft_does_not_say_is_shown_until_it_is_said()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        Assert.Equal([TipGap.Reported, TipGap.Address, TipGap.Place, TipGap.Matter, TipGap.LegalUrl], (await jaga.Read(await jaga.Draft(TipScene.Least))).Unknown);
        Assert.Empty((await jaga.Read(await jaga.Draft(TipScene.Everything, EvidenceSteps.Bytes(900)))).Unknown);
    }

    private static async Task<IEnumerable<string?>> Found(HttpClient who, string question) =>
        (await who.GetFromJsonAsync<JsonNode>($"/api/v1/referrals?{question}"))!["rows"]!.AsArray().Select(r => (string?)r!["id"]);
}
