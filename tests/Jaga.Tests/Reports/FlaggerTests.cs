using System.Text.Json.Nodes;
using Jaga.People;
using Jaga.Reports.Flaggers;
using Jaga.Tests.Deliveries;

namespace Jaga.Tests.Reports;

/// <summary><see cref="AddFlagger"/>, <see cref="ChangeFlagger"/>, <see cref="EndFlagger"/>, <see cref="CreateFlaggerKey"/>, <see cref="RevokeFlaggerKey"/>, <see cref="AnswerFlaggers"/>, <see cref="PassOnReports"/>, <see cref="ReadFlaggerReports"/>, <see cref="ReadFlaggers"/> and <see cref="FlaggerWeight"/>.</summary>
public sealed class FlaggerTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_flaggers_report_is_read_first_answered_and_counted(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        using var flagger = await Flagger(jaga, lead, "=Safe Bridges, e.V.");
        using var other = await Flagger(jaga, lead, "Others");
        using var platform = await jaga.Key(Permission.SendReports);
        await Pass(platform, "/api/v1/reports", Line("p-1", "item:early"));
        await jaga.RunWorker();
        jaga.Clock.Advance(TimeSpan.FromMinutes(5));
        await Pass(flagger, "/api/v1/flagger/reports", Line("f-1", "item:late"));
        await jaga.RunWorker();

        var next = await Ok(await lead.PostAsync("/api/v1/cases/next", null));
        Assert.Equal("late", (string?)next["about"]!["id"]);
        Assert.Null((await Rows(flagger))[0]!["verdict"]);
        await Ok(await lead.PostAsJsonAsync($"/api/v1/cases/{next["id"]}/decision", new { verdict = "violation", policy = "House rule 7", reason = "seen", actions = Array.Empty<object>(), version = (int)next["version"]! }));
        Assert.Null((await Rows(flagger))[0]!["verdict"]);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));

        var answered = Assert.Single(await Rows(flagger))!;
        Assert.Equal(("f-1", "violation", "House rule 7"), ((string?)answered["id"], (string?)answered["verdict"], (string?)answered["policy"]));
        Assert.Empty(await Rows(other));
        var figures = JsonNode.Parse(await flagger.GetStringAsync("/api/v1/flagger/figures"))!;
        Assert.Equal((1, 1, 0), ((int)figures["received"]!, (int)figures["upheld"]!, (int)figures["waiting"]!));
        var csv = await lead.GetStringAsync("/api/v1/flaggers.csv");
        Assert.Contains("\"'=Safe Bridges, e.V.\",trusted,", csv);
        Assert.Equal(2, JsonNode.Parse(await lead.GetStringAsync("/api/v1/flaggers"))!.AsArray().Count);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_batch_tells_of_each_report_what_became_of_it_and_takes_none_twice(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var platform = await jaga.Key(Permission.SendReports);
        JsonObject[] lines = [Line("a", "item:1", "user-7"), Line("b", " "), Line("c", "item:2"), Line("a", "item:1"), Line("d", "item:3"), Line("e", "item:4")];
        (lines[4]["createdAt"], lines[5]["langage"]) = ("2026-01-02", "id");

        var first = await Pass(platform, "/api/v1/reports", lines);
        var again = await Pass(platform, "/api/v1/reports", lines[0], lines[2]);

        Assert.Equal([true, false, true, true, false, false], first.Select(o => o!["report"] is not null));
        Assert.StartsWith("There is no such field here. There are: id, ", (string?)first[4]!["problems"]!["createdAt"]![0], StringComparison.Ordinal);
        Assert.Equal("There is no such field here. Did you mean language?", (string?)first[5]!["problems"]!["langage"]![0]);
        Assert.NotNull(first[1]!["problems"]!["location"]);
        Assert.True((bool)first[3]!["known"]!);
        Assert.All(again, o => Assert.True((bool)o!["known"]!));
        Assert.Equal((string?)first[0]!["report"], (string?)again[0]!["report"]);
        await jaga.Do(async db =>
        {
            Assert.Equal(2, await db.Reports.CountAsync());
            var kept = await db.PassedReports.SingleAsync(p => p.OutsideId == "a");
            Assert.Equal(64, kept.Reporter!.Length);
            Assert.DoesNotContain("user-7", kept.Reporter);
        });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await platform.PostAsJsonAsync("/api/v1/reports", new { reports = Array.Empty<object>() })).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_repeat_after_a_cut_between_a_report_and_its_id_is_the_same_report(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var platform = await jaga.Key(Permission.SendReports);
        await jaga.Do(db => db.Database.ExecuteSqlRawAsync(store is Store.Sqlite
            ? "CREATE TRIGGER cut BEFORE INSERT ON passed_reports BEGIN SELECT RAISE(ABORT, 'cut'); END"
            : "ALTER TABLE passed_reports ADD CONSTRAINT cut CHECK (report IS NULL)"));
        foreach (var (key, says) in ((string?, string)[])[(null, "look whether it did"), ("k-1", "with the same Idempotency-Key is safe")])
        {
            using var write = new HttpRequestMessage(HttpMethod.Post, "/api/v1/reports") { Content = JsonContent.Create(new { reports = new[] { Line("a", "item:1") } }) };
            write.Headers.Add(IdempotentWrites.Header, key is null ? [] : [key]);
            using var failed = await platform.SendAsync(write);
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
            Assert.Contains(says, await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await jaga.Do(db => db.Database.ExecuteSqlRawAsync(store is Store.Sqlite ? "DROP TRIGGER cut" : "ALTER TABLE passed_reports DROP CONSTRAINT cut"));

        var repeats = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Pass(platform, "/api/v1/reports", Line("a", "item:1"))));

        Assert.Single(repeats.Select(o => (string?)Assert.Single(o)!["report"]).Distinct());
        Assert.Single(repeats, o => !(bool)o[0]!["known"]!);
        await jaga.Do(async db => Assert.Equal((string?)repeats[0][0]!["report"], (await db.Reports.SingleAsync()).Id.ToString()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Its_webhook_has_each_answer_once_and_who_named_none_is_sent_nothing(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var program = await WebhookReceiver.Start();
        await jaga.Receiver(program, "bridges-hook");
        using var lead = await jaga.As(Role.Lead);
        using var flagger = await Flagger(jaga, lead, "Bridges", "bridges-hook");
        using var silent = await Flagger(jaga, lead, "Silent");
        await Pass(flagger, "/api/v1/flagger/reports", Line("f-1", "item:1"), Line("f-2", "item:1"));
        await Pass(silent, "/api/v1/flagger/reports", Line("s-1", "item:1"));
        await jaga.RunWorker();
        jaga.Clock.Advance(TimeSpan.FromSeconds(2));
        await jaga.RunWorker();
        var next = await Ok(await lead.PostAsync("/api/v1/cases/next", null));
        await Ok(await lead.PostAsJsonAsync($"/api/v1/cases/{next["id"]}/decision", new { verdict = "violation", policy = "House rule 7", reason = "seen", actions = Array.Empty<object>(), version = (int)next["version"]! }));
        await jaga.RunWorker();
        await jaga.SendAll();
        Assert.Empty(program.All);

        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.RunWorker();
        await jaga.SendAll();

        var told = program.Effects.Select(e => JsonNode.Parse(e.Body)!).ToList();
        Assert.All(told, t => Assert.Equal((AnswerFlaggers.Type, "violation", "House rule 7"), ((string?)t["type"], (string?)t["data"]!["verdict"], (string?)t["data"]!["policy"])));
        Assert.Equal(["f-1", "f-2"], told.Select(t => (string?)t["data"]!["id"]).Order());
        Assert.Equal(0, (await jaga.Numbers()).Unsent);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_flagger_is_changed_loses_a_key_and_is_ended_with_the_others(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        using var first = await Flagger(jaga, lead, "Bridges");
        var id = (string)JsonNode.Parse(await lead.GetStringAsync("/api/v1/flaggers"))![0]!["id"]!;
        using var second = jaga.Bearing((string)(await Ok(await lead.PostAsJsonAsync($"/api/v1/flaggers/{id}/keys", new { name = "second" })))["key"]!);
        var changed = new { name = "Bridges and Roads", kind = "ngo", statusBy = "A lead", categories = new[] { "fraud" } };

        Assert.Equal(HttpStatusCode.Conflict, (await lead.PutAsJsonAsync($"/api/v1/flaggers/{id}", new { changed.name, changed.kind, changed.statusBy, receiver = "nobody" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PutAsJsonAsync($"/api/v1/flaggers/{id}", changed)).StatusCode);
        await Ok(await lead.PostAsJsonAsync($"/api/v1/flaggers/{id}/warnings", new { reason = "Nothing in most of it." }));
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(JsonNode.Parse(await first.GetStringAsync("/api/v1/flagger/misuses"))!.AsArray());
        await Ok(await lead.PostAsJsonAsync($"/api/v1/flaggers/{id}/suspensions", new { reason = "Again nothing.", days = 7 }));

        var one = JsonNode.Parse(await lead.GetStringAsync($"/api/v1/flaggers/{id}"))!;
        Assert.Equal(("Bridges and Roads", "ngo", 0, 2), ((string?)one["flagger"]!["name"], (string?)one["flagger"]!["kind"], (int)one["weight"]!, one["steps"]!.AsArray().Count));
        var keys = one["keys"]!.AsArray();
        Assert.Equal(["intake", "second"], keys.Select(k => (string?)k!["name"]).Order());
        Assert.Equal(HttpStatusCode.NoContent, (await lead.DeleteAsync($"/api/v1/flaggers/{id}/keys/{keys.Single(k => (string?)k!["name"] == "second")!["id"]}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await second.GetAsync("/api/v1/flagger/reports")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/api/v1/flagger/reports")).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/flaggers/{id}/end", new { reason = "Its status was taken." })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await first.GetAsync("/api/v1/flagger/reports")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/flaggers/{id}/keys", new { name = "third" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PutAsJsonAsync($"/api/v1/flaggers/{id}", changed)).StatusCode);
    }

    [Fact]
    public async Task A_flagger_reaches_nothing_but_its_own_door()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var lead = await jaga.As(Role.Lead);
        using var flagger = await Flagger(jaga, lead, "Bridges");

        foreach (var path in new[] { "/api/v1/flaggers", "/api/v1/flaggers.csv", "/api/v1/cases" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await flagger.GetAsync(path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await flagger.PostAsJsonAsync("/api/v1/reports", new { reports = new[] { Line("x", "item:1") } })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await lead.GetAsync("/api/v1/flagger/reports")).StatusCode);
    }

    [Fact]
    public void Of_what_was_never_decided_there_is_no_share()
    {
        Assert.Null(new ReadFlaggerReports.Figures(2026, 3, 0, 0, 3, null).Accuracy);
        Assert.Equal(0.5, new ReadFlaggerReports.Figures(2026, 2, 1, 1, 0, 2).Accuracy);
    }

    [Fact]
    public async Task Half_of_a_character_fails_its_own_line_which_is_named_and_no_other()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var platform = await jaga.Key(Permission.SendReports);
        using var body = new StringContent("""
            {"reports": [
                {"id": "a", "category": "fraud", "location": "item:a", "words": "It sells \ud83d a bridge."},
                {"id": "b", "category": "fraud", "location": "item:b", "words": "It sells a bridge \ud83c\udf09 that is not theirs."},
                {"id": "c\udc00", "category": "fraud", "location": "item:c", "words": "It sells a bridge."}
            ]}
            """, System.Text.Encoding.UTF8, "application/json");
        var lines = (await Ok(await platform.PostAsync("/api/v1/reports", body)))["reports"]!.AsArray();
        Assert.Equal(("a", true, "words"), ((string?)lines[0]!["id"], lines[0]!["report"] is null, lines[0]!["problems"]!.AsObject().Single().Key));
        Assert.Equal(("b", true), ((string?)lines[1]!["id"], lines[1]!["report"] is not null));
        Assert.Equal((true, "id"), (lines[2]!["report"] is null, lines[2]!["problems"]!.AsObject().Single().Key));
    }

    [Fact]
    public void Accuracy_moves_a_flaggers_weight_and_never_silences_it()
    {
        Assert.Equal(75, FlaggerWeight.Weigh(0, 0));
        Assert.True(FlaggerWeight.Weigh(99, 100) > FlaggerWeight.Weigh(9, 10));
        Assert.InRange(FlaggerWeight.Weigh(0, 100_000), FlaggerWeight.Least, 51);
    }

    private static async Task<HttpClient> Flagger(JagaHost jaga, HttpClient lead, string name, string? receiver = null)
    {
        var added = await Ok(await lead.PostAsJsonAsync("/api/v1/flaggers", new { name, kind = "trusted", statusBy = "A coordinator", territory = "EU", receiver }));
        var key = await Ok(await lead.PostAsJsonAsync($"/api/v1/flaggers/{added["id"]}/keys", new { name = "intake" }));
        return jaga.Bearing((string)key["key"]!);
    }

    private static JsonObject Line(string id, string location, string? reporter = null) => new() { ["id"] = id, ["category"] = "fraud", ["location"] = location, ["words"] = "It sells a bridge that is not theirs.", ["reporter"] = reporter };

    private static async Task<JsonArray> Pass(HttpClient by, string path, params JsonObject[] lines) =>
        (await Ok(await by.PostAsJsonAsync(path, new { reports = lines })))["reports"]!.AsArray();

    private static async Task<JsonArray> Rows(HttpClient flagger) => JsonNode.Parse(await flagger.GetStringAsync("/api/v1/flagger/reports"))!["rows"]!.AsArray();

    private static async Task<JsonNode> Ok(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri} answered {(int)answer.StatusCode}: {body}");
        return JsonNode.Parse(body)!;
    }
}
