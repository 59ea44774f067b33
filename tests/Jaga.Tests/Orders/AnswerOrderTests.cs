using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.Orders;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Obligations;

namespace Jaga.Tests.Orders;

/// <summary>
/// <see cref="EnterOrder"/>, <see cref="AcknowledgeOrder"/>, <see cref="CheckOrder"/>, <see cref="AnswerOrder"/>, <see cref="AskClarification"/>, <see cref="ClarifyOrder"/>,
/// <see cref="RecordServed"/>, <see cref="AttachFile"/>, <see cref="OpenFile"/> and <see cref="ReadOrders"/>.
/// </summary>
public sealed class AnswerOrderTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_order_is_refused_location_by_location_on_a_ground_that_somebody_looked_at(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("gambling", "item:a", "item:b");
        await scene.Decide("item:a", "illegal", OrderScene.Act("remove", "item:a"));
        await scene.Confirm();
        var path = $"/api/v1/orders/{receipt["id"]}";

        var refusal = new { words = "Criticism is not gambling.", refusals = new[] { new { number = 2, ground = "humanRights", words = "It is a news report." } } };
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"{path}/answer", new { words = "done" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"{path}/answer", refusal)).StatusCode);
        await scene.Check(receipt, humanRights: "no");

        var preview = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/answer/preview", refusal));
        Assert.Equal("inPart", (string?)preview["outcome"]);
        Assert.Equal("waiting", (string?)(await scene.Own(receipt))["locations"]![1]!["state"]);

        var answer = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/answer", refusal));
        Assert.Equal((string?)preview["text"], (string?)answer["text"]);
        Assert.Contains("It is a news report.", (string?)answer["text"]);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"{path}/answer", refusal)).StatusCode);
        Assert.Equal("refused", (string?)(await scene.Own(receipt))["locations"]![1]!["state"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_the_desk_found_harmless_is_refused_and_what_the_platform_refuses_goes_back_to_a_person(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("gambling", "item:a", "item:b");
        await scene.Decide("item:a", "noViolation");
        await scene.Decide("item:b", "illegal", OrderScene.Act("remove", "item:b"));
        await scene.Confirm("refused");

        var order = await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}"));
        Assert.Equal(["refused", "stuck"], order["locations"]!.AsArray().Select(l => (string?)l!["state"]));
        Assert.Equal("asked", (string?)(await scene.Own(receipt))["locations"]![1]!["state"]);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/answer", new { })).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Only_what_is_done_to_a_location_answers_for_it(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("gambling", "group:1", "group:2", "account:3", "https://elsewhere.example/page");
        await scene.Decide("group:1", "illegal", OrderScene.Act("banAccount", "account:9"), OrderScene.Act("closeGroup", "group:1"));
        await scene.Decide("group:2", "illegal", OrderScene.Act("banAccount", "account:9"));
        await scene.Decide("account:3", "illegal", new { verb = "suspendAccount", target = new { kind = "account", id = "3" }, until = scene.Jaga.Clock.Now.AddDays(7) });
        await scene.Decide("link:https://elsewhere.example/page", "illegal", OrderScene.Act("banAccount", "account:9"), OrderScene.Act("remove", "item:4"));
        await scene.Confirm(only: "banAccount");
        Assert.Equal(["asked", "waiting", "asked", "asked"], await States());
        await scene.Confirm();
        Assert.Equal(["removed", "waiting", "restricted", "removed"], await States());
        Assert.Equal("open", (string?)(await scene.Own(receipt))["order"]!["state"]);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/answer", new { })).StatusCode);

        async Task<IEnumerable<string?>> States() => (await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}")))["locations"]!.AsArray().Select(l => (string?)l!["state"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_a_reviewer_found_stays_in_the_house_until_the_answer_and_their_words_for_ever(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("gambling", "item:a", "item:b");
        await scene.Decide("item:a", "noViolation");
        await scene.Decide("item:b", "illegal");
        var before = (await scene.Own(receipt))["locations"]!;
        Assert.All(before.AsArray(), l => Assert.Equal(("waiting", null, null), ((string?)l!["state"], l["ground"], l["words"])));

        // For staff the first is refused, and what is illegal and was left standing waits for a person.
        var path = $"/api/v1/orders/{receipt["id"]}";
        var inside = (await OrderScene.Read(await scene.Lead.GetAsync(path)))["locations"]!;
        Assert.Equal(["refused", "waiting"], inside.AsArray().Select(l => (string?)l!["state"]));
        await scene.Check(receipt);
        var answer = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/answer", new { refusals = new object[] { new { number = 1, ground = "nothingWrong", words = "" }, new { number = 2, ground = "notCompetent", words = "Ask the regulator." } } }));
        Assert.DoesNotContain("seen", (string?)answer["text"]);
        var told = (await scene.Own(receipt))["locations"]!.AsArray();
        Assert.Equal([("refused", "nothingWrong", null), ("refused", "notCompetent", "Ask the regulator.")], told.Select(l => ((string?)l!["state"], (string?)l["ground"], (string?)l["words"])));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_question_stops_the_clock_only_where_the_regime_lets_it_and_both_sides_see_the_ground(Store store)
    {
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("Terrorism Unit", "eu-tco"));
        var receipt = await scene.Send("terrorism", "group:1");
        var asked = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/question", new { words = "Which of the two groups?" }));
        Assert.True((bool?)asked["paused"]);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/question", new { words = "Again?" })).StatusCode);

        await scene.Pass(TimeSpan.FromHours(5));
        var seen = await scene.Own(receipt);
        Assert.Equal(("clarifying", "Which of the two groups?"), ((string?)seen["order"]!["state"], (string?)seen["answers"]![0]!["words"]));
        Assert.Contains("Article 3(8)", (string?)seen["clock"]!["pauses"]![0]!["ground"]);
        await OrderScene.Read(await scene.Door.PostAsJsonAsync($"/api/v1/agency/orders/{receipt["id"]}/clarification", new { words = "The first." }));
        Assert.Equal(scene.Jaga.Clock.Now.AddHours(1), (DateTimeOffset?)(await scene.Own(receipt))["clock"]!["dueAt"]);

        await using var jakarta = await OrderScene.Start(store);
        var urgent = await jakarta.Send("csam", "group:1");
        Assert.False((bool?)(await OrderScene.Read(await jakarta.Lead.PostAsJsonAsync($"/api/v1/orders/{urgent["id"]}/question", new { words = "Which?" })))["paused"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_answer_lets_a_clock_that_stands_still_run_again_though_it_is_still_on_its_way(Store store)
    {
        await using var mail = new SmtpServer();
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("Terrorism Unit", "eu-tco", email: "unit@ministry.example"), Mail(mail));
        var path = $"/api/v1/orders/{(await scene.Send("terrorism", "group:1"))["id"]}";
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"{path}/question", new { words = "Which of the two groups?" }));
        await scene.Jaga.SendAll();
        Assert.NotNull((await Clock())["pausedAt"]);

        mail.ToMail = "451 later";
        await scene.Pass(TimeSpan.FromHours(5));
        await scene.Decide("group:1", "illegal", OrderScene.Act("closeGroup", "group:1"));
        await scene.Confirm();
        await scene.Jaga.SendAll();
        var clock = await Clock();
        Assert.Equal((null, "open", scene.Jaga.Clock.Now.AddHours(1)), (clock["pausedAt"], (string?)clock["state"], (DateTimeOffset?)clock["dueAt"]));
        await scene.Pass(TimeSpan.FromHours(2));
        await scene.Jaga.Walk();
        Assert.Equal("broken", (string?)(await Clock())["state"]);

        async Task<JsonNode> Clock() => (await OrderScene.Read(await scene.Lead.GetAsync(path)))["clock"]!;
    }

    [Fact]
    public async Task What_staff_write_when_they_stop_a_clock_by_hand_stays_in_the_house()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite, OrderScene.Ministry("Terrorism Unit", "eu-tco"));
        var receipt = await scene.Send("terrorism", "group:1");
        var owed = await scene.Jaga.Ask<Db, string>(async db => (await db.Obligations.SingleAsync(o => o.Clause == "eu-tco.remove")).Id.ToString());
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/obligations/{owed}/pause", new { ground = "Counsel looks at it." }));
        Assert.Equal("Counsel looks at it.", (string?)(await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}")))["clock"]!["pauses"]![0]!["ground"]);
        var told = (await scene.Own(receipt))["clock"]!["pauses"]![0]!;
        Assert.Equal((scene.Jaga.Clock.Now, null), ((DateTimeOffset?)told["from"], told["ground"]));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_order_by_letter_runs_from_its_arrival_and_is_kept_when_its_answer_was_brought(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var arrived = scene.Jaga.Clock.Now.AddHours(-3);
        var receipt = await OrderScene.Read(await scene.Lead.PostAsJsonAsync("/api/v1/orders", new { agency = scene.Agency, channel = "letter", order = OrderScene.Form("csam", "group:7"), receivedAt = arrived }));
        Assert.Equal(arrived.AddHours(4), (DateTimeOffset?)receipt["dueAt"]);
        using var letter = new ByteArrayContent("%PDF-1.7 the letter"u8.ToArray());
        letter.Headers.ContentType = new("application/pdf");
        var file = await OrderScene.Read(await scene.Lead.PostAsync($"/api/v1/orders/{receipt["id"]}/files?name=letter.pdf", letter));
        var read = await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}/files/{file["id"]}");
        Assert.Equal(("%PDF-1.7 the letter", "application/octet-stream"), (await read.Content.ReadAsStringAsync(), read.Content.Headers.ContentType?.MediaType));

        await scene.Decide("group:7", "illegal", OrderScene.Act("closeGroup", "group:7"));
        await scene.Confirm();
        var order = await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}"));
        Assert.Equal(("answered", "open"), ((string?)order["order"]!["state"], (string?)order["clock"]!["state"]));

        var answer = order["answers"]![0]!["id"];
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/answers/{answer}/served", new { how = "courier 12345" }));
        Assert.Equal("kept", (string?)(await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}")))["clock"]!["state"]);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/answers/{answer}/served", new { how = "again" })).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_narrowest_scope_is_proposed_and_abuse_of_a_child_has_none(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var gambling = await scene.Send("gambling", "item:a", "group:b");
        var csam = await scene.Send("csam", "item:c");
        var proposed = (await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{gambling["id"]}")))["locations"]!;
        Assert.Equal(("geoblock", "ID", "closeGroup"), ((string?)proposed[0]!["proposed"]!["verb"], (string?)proposed[0]!["proposed"]!["countries"]![0], (string?)proposed[1]!["proposed"]!["verb"]));
        Assert.Equal("remove", (string?)(await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{csam["id"]}")))["locations"]![0]!["proposed"]!["verb"]);

        // The register: the soonest due first; and what the record knows is told beside the check list.
        var rows = (await OrderScene.Read(await scene.Lead.GetAsync("/api/v1/orders?state=unacknowledged")))["rows"]!;
        Assert.Equal((string?)csam["number"], (string?)rows[0]!["number"]);
        await OrderScene.Read(await scene.Lead.PostAsync($"/api/v1/orders/{csam["id"]}/acknowledgement", null));
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsync($"/api/v1/orders/{csam["id"]}/acknowledgement", null)).StatusCode);
        Assert.Single((await OrderScene.Read(await scene.Lead.GetAsync("/api/v1/orders?state=unacknowledged")))["rows"]!.AsArray());
        await scene.Jaga.Do(async db => Assert.Equal("decision/taken-" + (string?)csam["number"], (await db.Obligations.SingleAsync(o => o.Clause == ReceiveOrder.TakeClause)).KeptBy));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_done_under_the_terrorism_regulation_is_told_and_what_was_taken_away_is_held(Store store)
    {
        await using var mail = new SmtpServer();
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("Terrorism Unit", "eu-tco", email: "unit@ministry.example"), Mail(mail));
        await scene.Send("terrorism", "item:a", "item:b");
        await scene.Decide("item:a", "illegal", OrderScene.Act("remove", "item:a"));
        await scene.Decide("item:b", "illegal", OrderScene.Act("remove", "item:b"));
        await scene.Confirm();

        const string Inform = "eu-tco.inform-authority";
        await scene.Jaga.Do(async db =>
        {
            Assert.Equal(ObligationState.Open, (await db.Obligations.SingleAsync(o => o.Clause == Inform)).State);
            var held = await db.Obligations.Where(o => o.Clause == "eu-tco.preserve").OrderBy(o => o.Id).ToListAsync();
            Assert.Equal(["item/a", "item/b"], held.Select(h => h.About.ToString()).Order());

            // Six months by the clocks of Brussels, where it is summer by then.
            Assert.All(held, h => Assert.Equal((ClauseKind.Hold, scene.Jaga.Clock.Now.AddMonths(6).AddHours(-1)), (h.Kind, h.DueAt)));
        });
        await scene.Jaga.SendAll();
        await scene.Jaga.Do(async db =>
        {
            foreach (var clause in new[] { Inform, "eu-tco.remove" })
            {
                var kept = await db.Obligations.SingleAsync(o => o.Clause == clause);
                Assert.Equal(ObligationState.Kept, kept.State);
                Assert.StartsWith("delivery/", kept.KeptBy);
            }
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_agency_that_named_an_address_has_receipt_and_answer_by_mail(Store store)
    {
        await using var mail = new SmtpServer { ToMail = "451 later" };
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("Kementerian Contoh", email: "kantor@ministry.example", language: "id"), Mail(mail));
        var receipt = await scene.Send("csam", "item:a");
        await scene.Decide("item:a", "illegal", OrderScene.Act("remove", "item:a"));
        await scene.Confirm();
        await scene.Jaga.SendAll();
        await scene.Jaga.Do(async db => Assert.Equal(ObligationState.Open, (await db.Obligations.SingleAsync(o => o.Clause == "id-permenkominfo-5-2020.takedown-urgent")).State));

        mail.ToMail = "250 taken";
        scene.Jaga.Clock.Advance(TimeSpan.FromMinutes(20));
        await scene.Jaga.SendAll();

        Assert.Equal(2, mail.All.Count);
        Assert.All(mail.All, m => Assert.Equal(["kantor@ministry.example"], m.To));
        Assert.All(mail.All, m => Assert.Contains((string)receipt["number"]!, SmtpServer.Mail.Decode(m.Header("Subject")) + m.Text));
        await scene.Jaga.Do(async db => Assert.StartsWith("delivery/", (await db.Obligations.SingleAsync(o => o.Clause == "id-permenkominfo-5-2020.takedown-urgent")).KeptBy));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task More_than_the_order_needs_is_decided_with_a_reason_only_and_the_authority_is_told_a_persons_words_or_none(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("gambling", "item:a", "item:b", "item:c");
        var path = $"/orders/{receipt["id"]}";

        // In its territory, and one country less, is within; one country more, everywhere, and the account behind it are not.
        await scene.Decide("item:a", "illegal", "", [OrderScene.Act("geoblock", "item:a", "ID")]);
        foreach (var wide in new object[][] { [OrderScene.Act("geoblock", "item:b", "ID", "SG")], [OrderScene.Act("remove", "item:b")], [OrderScene.Act("geoblock", "item:b", "ID"), OrderScene.Act("banAccount", "account:u")] })
        {
            var refused = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => scene.Decide("item:b", "illegal", "", wide));
            Assert.Contains("more than the order needs", refused.Message);
        }

        await scene.Decide("item:b", "illegal", "The same people post it anew every hour.", [OrderScene.Act("remove", "item:b")]);
        await scene.Confirm();
        var locations = (await OrderScene.Read(await scene.Lead.GetAsync("/api/v1" + path)))["locations"]!;
        Assert.Equal((null, "The same people post it anew every hour."), ((string?)locations[0]!["wider"], (string?)locations[1]!["wider"]));

        // The form of the answer proposes the narrowest for what is open, and holds to a reason for what was done.
        var page = await scene.Lead.GetStringAsync(path);
        Assert.Contains("The narrowest that obeys: Geoblock item c (ID).", page);
        Assert.DoesNotContain("name=\"m-1\"", page);
        Assert.Matches("name=\"m-2\" required maxlength=\"2000\" aria-describedby", page);
        Assert.Contains("What the desk wrote stays in the house: The same people post it anew every hour.", page);
        object Answer(int number, string words) => new { refusals = new[] { new { number = 3, ground = "nothingThere", words = "It is gone." } }, wider = new[] { new { number, words } } };
        async Task<HttpStatusCode> Previewed(object answer) => (await scene.Lead.PostAsJsonAsync($"/api/v1{path}/answer/preview", answer)).StatusCode;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Previewed(Answer(2, " ")));
        Assert.Equal(HttpStatusCode.Conflict, await Previewed(Answer(1, "It was not.")));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["g-3"] = "NothingThere", ["w-3"] = "It is gone.", ["m-2"] = "It is posted anew every hour." });
        Assert.Contains("More was done than the order needs: It is posted anew every hour.", await (await scene.Lead.PostAsync($"{path}/preview", form)).Content.ReadAsStringAsync());

        // An answer that goes by itself, or that nobody worded, says that more was done; what the desk wrote stays in the house.
        var other = await scene.Send("gambling", "item:d");
        await scene.Decide("item:d", "violation", "Ani wrote to us.", [OrderScene.Act("remove", "item:d")]);
        await scene.Confirm();
        await scene.Check(other);
        var told = (await scene.Own(other)).ToJsonString();
        Assert.Contains("More was done than the order needs, by the platform\\u0027s own decision.", told);
        Assert.DoesNotContain("Ani", told);
    }

    private static (string, string)[] Mail(SmtpServer mail) => [("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{mail.Port}"), ("Mail:Tls", "false"), ("Mail:From", "jaga@example.org")];
}
