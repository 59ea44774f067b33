using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Reports.Flaggers;
using Jaga.Tests.Deliveries;

namespace Jaga.Tests.Reports;

/// <summary><see cref="WarnReporter"/>, <see cref="SuspendReporter"/>, <see cref="LiftSuspension"/>, <see cref="ReadMisuse"/> and what they do to <see cref="FlaggerWeight"/>.</summary>
public sealed class MisuseTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_suspension_follows_a_warning_weighs_to_nothing_and_is_over_by_itself(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        using var platform = await jaga.Key(Permission.SendReports);
        var report = await Pass(jaga, platform, "a", "u-7");
        var reporter = $"/api/v1/reports/{report}/reporter";
        var sentence = new { reason = "None of ten was of anything.", days = 30 };

        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"{reporter}/suspensions", sentence)).StatusCode);
        await Ok(await lead.PostAsJsonAsync($"{reporter}/warnings", new { reason = "Nine of ten were of nothing." }));
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"{reporter}/suspensions", sentence)).StatusCode);
        Assert.Single(JsonNode.Parse(await platform.GetStringAsync("/api/v1/reporter/misuses?reporter=u-7"))!.AsArray());
        await jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.Clause == TellMisuse.Clause)).State));
        var suspension = await Ok(await lead.PostAsJsonAsync($"{reporter}/suspensions", sentence));
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"{reporter}/suspensions", sentence)).StatusCode);

        await Pass(jaga, platform, "b", "u-7");
        await Pass(jaga, platform, "c", "u-8");
        Assert.Equal((0, Case.Usual), (await Priority(jaga, "b"), await Priority(jaga, "c")));
        var told = JsonNode.Parse(await platform.GetStringAsync("/api/v1/reporter/misuses?reporter=u-7"))!.AsArray();
        Assert.Equal(["suspension", "warning"], told.Select(m => (string?)m!["step"]));
        Assert.True((bool)told[0]!["stands"]!);
        Assert.NotEmpty((string)told[0]!["redress"]!["id"]!);
        Assert.Empty(JsonNode.Parse(await platform.GetStringAsync("/api/v1/reporter/misuses?reporter=u-8"))!.AsArray());

        jaga.Clock.Advance(TimeSpan.FromDays(30));
        await Pass(jaga, platform, "d", "u-7");
        Assert.Equal(Case.Usual, await Priority(jaga, "d"));
        using var later = await jaga.As(Role.Lead);
        Assert.Equal(HttpStatusCode.Conflict, (await later.PostAsJsonAsync($"/api/v1/misuses/{suspension["id"]}/lift", new { reason = "late" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await later.PostAsJsonAsync($"{reporter}/suspensions", sentence)).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_lead_lifts_a_flaggers_suspension_and_the_flagger_reads_all_of_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        var added = await Ok(await lead.PostAsJsonAsync("/api/v1/flaggers", new { name = "Bridges", kind = "ngo", statusBy = "A lead" }));
        using var flagger = jaga.Bearing((string)(await Ok(await lead.PostAsJsonAsync($"/api/v1/flaggers/{added["id"]}/keys", new { name = "intake" })))["key"]!);
        var reporter = $"/api/v1/reports/{await Pass(jaga, flagger, "a", null, "/api/v1/flagger/reports")}/reporter";
        var warning = await Ok(await lead.PostAsJsonAsync($"{reporter}/warnings", new { reason = "Nothing in it." }));
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"{reporter}/suspensions", new { reason = "Again nothing.", days = 7 })).StatusCode);
        await Ok(await lead.PostAsJsonAsync($"/api/v1/misuses/{warning["id"]}/told", new { words = "By telephone, to their director." }));
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/misuses/{warning["id"]}/told", new { words = "Again." })).StatusCode);
        var suspension = await Ok(await lead.PostAsJsonAsync($"{reporter}/suspensions", new { reason = "Again nothing.", days = 7 }));
        Assert.Equal(0, (int)JsonNode.Parse(await lead.GetStringAsync(reporter))!["weight"]!);

        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/misuses/{suspension["id"]}/lift", new { reason = "They explained it." })).StatusCode);

        Assert.Equal(FlaggerWeight.Weigh(0, 0), (int)JsonNode.Parse(await lead.GetStringAsync(reporter))!["weight"]!);
        var own = JsonNode.Parse(await flagger.GetStringAsync("/api/v1/flagger/misuses"))!.AsArray();
        Assert.NotNull(own[0]!["liftedAt"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await flagger.PostAsJsonAsync($"{reporter}/warnings", new { reason = "no" })).StatusCode);
        await jaga.Do(async db => Assert.Equal(["misuse.warned", "misuse.told", "misuse.suspended", "misuse.lifted", "misuse.told"], await db.AuditLines.Where(e => e.Action.StartsWith("misuse.")).OrderBy(e => e.Seq).Select(e => e.Action).ToListAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_warning_goes_to_the_platforms_webhook_with_its_own_id_of_the_report_and_is_owed_until_then(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var webhook = await WebhookReceiver.Start();
        await jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new("platform", new(webhook.Address.ToString(), AllowPrivate: true)), Actor.System("test"), default));
        using var lead = await jaga.As(Role.Lead);
        using var platform = await jaga.Key(Permission.SendReports);
        var report = await Pass(jaga, platform, "a", "u-7");
        await Ok(await lead.PostAsJsonAsync($"/api/v1/reports/{report}/reporter/warnings", new { reason = "Nine of ten were of nothing." }));
        await jaga.Do(async db => Assert.Equal(ObligationState.Open, (await db.Obligations.SingleAsync(o => o.Clause == TellMisuse.Clause)).State));
        await jaga.SendAll();

        var told = webhook.All.Select(b => JsonNode.Parse(b.Body)!).Single(b => (string?)b["type"] == TellMisuse.Message)["data"]!;
        Assert.Equal(("a", "Nine of ten were of nothing."), ((string?)told["report"], (string?)told["misuse"]!["reason"]));
        await jaga.Do(async db => Assert.Equal((ObligationState.Kept, true), ((await db.Obligations.SingleAsync(o => o.Clause == TellMisuse.Clause)).State, (await db.Misuses.SingleAsync()).ToldAt != null)));
        await Ok(await lead.PostAsJsonAsync($"/api/v1/reports/{report}/reporter/suspensions", new { reason = "Ten of ten now.", days = 7 }));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_platforms_new_key_knows_its_users_and_its_reports(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        using var administrator = await jaga.As(Role.Administrator);
        using var old = await Key();
        var report = await Pass(jaga, old, "a", "u-7");
        await Ok(await lead.PostAsJsonAsync($"/api/v1/reports/{report}/reporter/warnings", new { reason = "Nine of ten were of nothing." }));
        using var fresh = await Key();

        Assert.Single(JsonNode.Parse(await fresh.GetStringAsync("/api/v1/reporter/misuses?reporter=u-7"))!.AsArray());
        Assert.Equal(report, await Pass(jaga, fresh, "a", "u-7"));

        async Task<HttpClient> Key() => jaga.Bearing((string)(await Ok(await administrator.PostAsJsonAsync("/api/v1/people/keys", new { name = "intake", scopes = new[] { "sendReports" }, platform = "plaza" })))["key"]!);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_no_store_can_hold_costs_nobody_their_report(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var platform = await jaga.Key(Permission.SendReports);
        const string body = """
            {"reports": [
                {"id": "a", "category": "fraud", "location": "item:a", "words": "zero \u0000 byte"},
                null,
                {"id": "c\u0000", "category": "fraud", "location": "item:c", "words": "It sells a bridge."},
                {"id": "d", "category": "fraud", "location": "item:d", "words": "It sells a bridge."}]}
            """;
        var answer = await Ok(await platform.PostAsync("/api/v1/reports", new StringContent(body, System.Text.Encoding.UTF8, "application/json")));

        Assert.Equal([true, false, false, true], answer["reports"]!.AsArray().Select(r => r!["report"] is not null));
        await jaga.Do(async db => Assert.Equal(["It sells a bridge.", "zero \uFFFD byte"], await db.Reports.OrderBy(r => r.Words).Select(r => r.Words).ToListAsync()));
        Assert.Equal("half\uFFFD", Jaga.Audit.Storable.Text("half\ud83d"));
        using var lead = await jaga.As(Role.Lead);
        Assert.True((await lead.PostAsJsonAsync($"/api/v1/reports/{answer["reports"]![0]!["report"]}/messages", new { words = "Thank you\0." })).IsSuccessStatusCode);
        await jaga.Do(async db => Assert.Equal("Thank you\uFFFD.", (await db.ReportMessages.SingleAsync()).Words));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Being_right_moves_a_users_weight(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        using var platform = await jaga.Key(Permission.SendReports);
        await Pass(jaga, platform, "right", "right");
        await Pass(jaga, platform, "wrong", "wrong");
        for (var i = 0; i < 2; i++)
        {
            var next = await Ok(await lead.PostAsync("/api/v1/cases/next", null));
            var verdict = (string?)next["about"]!["id"] is "right" ? "violation" : "noViolation";
            await Ok(await lead.PostAsJsonAsync($"/api/v1/cases/{next["id"]}/decision", new { verdict, policy = "House rule 7", reason = "seen", actions = Array.Empty<object>(), version = (int)next["version"]! }));
        }

        await Pass(jaga, platform, "right-again", "right");
        await Pass(jaga, platform, "wrong-again", "wrong");

        Assert.Equal(FlaggerWeight.WeighReporter(1, 1), await Priority(jaga, "right-again"));
        Assert.Equal(FlaggerWeight.WeighReporter(0, 1), await Priority(jaga, "wrong-again"));
    }

    [Fact]
    public void Nobody_weighs_less_than_half_of_somebody_new_nor_as_much_as_a_flagger()
    {
        Assert.Equal(Case.Usual, FlaggerWeight.WeighReporter(0, 0));
        Assert.Equal(Case.Usual / 2, FlaggerWeight.WeighReporter(0, 100_000));
        Assert.True(FlaggerWeight.WeighReporter(100_000, 100_000) < FlaggerWeight.Least);
    }

    private static async Task<string> Pass(JagaHost jaga, HttpClient by, string id, string? reporter, string path = "/api/v1/reports")
    {
        var answer = await Ok(await by.PostAsJsonAsync(path, new { reports = new[] { new { id, category = "fraud", location = $"item:{id}", words = "It sells a bridge that is not theirs.", reporter } } }));
        jaga.Clock.Advance(TimeSpan.FromSeconds(2));
        await jaga.RunWorker();
        return (string)answer["reports"]![0]!["report"]!;
    }

    private static Task<int> Priority(JagaHost jaga, string item) => jaga.Ask<Db, int>(db => db.Cases.Where(c => c.About.Id == item).Select(c => c.Priority).SingleAsync());

    private static async Task<JsonNode> Ok(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri} answered {(int)answer.StatusCode}: {body}");
        return JsonNode.Parse(body)!;
    }
}
