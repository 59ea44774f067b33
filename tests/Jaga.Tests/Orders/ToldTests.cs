using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.Orders;

namespace Jaga.Tests.Orders;

/// <summary>What an authority is told, and what not: <see cref="FollowCases"/>, <see cref="AnswerOrder"/>, <see cref="CheckOrder"/>, <see cref="ReadOrders"/> and <see cref="ReadOwnOrders"/>.</summary>
public sealed class ToldTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Refused_is_not_said_of_what_the_platform_is_asked_to_remove(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("gambling", "item:a");
        await scene.Check(receipt);
        await scene.Decide("item:a", "illegal", OrderScene.Act("geoblock", "item:a", "ID"));
        var path = $"/orders/{receipt["id"]}";
        var refusal = new { refusals = new[] { new { number = 1, ground = "humanRights", words = "It is a news report." } } };
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"/api/v1{path}/answer", refusal)).StatusCode);
        Assert.DoesNotContain("name=\"g-1\"", await scene.Lead.GetStringAsync(path), StringComparison.Ordinal);

        await scene.Confirm("refused");
        Assert.Contains("name=\"g-1\"", await scene.Lead.GetStringAsync(path), StringComparison.Ordinal);
        Assert.Equal("refused", (string?)(await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1{path}/answer", refusal)))["outcome"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_leads_hear_of_what_is_done_after_it_was_answered_as_not_carried_out(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("gambling", "item:a");
        await scene.Check(receipt);
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/answer", new { refusals = new[] { new { number = 1, ground = "notCompetent", words = "Ask the regulator." } } }));
        await scene.Decide("item:a", "violation", OrderScene.Act("remove", "item:a"));
        await scene.Confirm();
        await scene.Jaga.Do(async db => Assert.Contains($"Order {receipt["number"]} was answered as not carried out at location 1", (await db.Notices.SingleAsync(n => n.About.Kind == "order" && n.Rung == null)).SaysEn, StringComparison.Ordinal));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Less_than_was_ordered_waits_for_a_person_and_is_answered_as_done_in_part(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var form = OrderScene.Form("gambling", "item:a");
        form["territory"] = new JsonArray("ID", "MY");
        var receipt = await OrderScene.Read(await scene.Door.PostAsJsonAsync("/api/v1/agency/orders", form));
        await scene.Check(receipt);
        await scene.Decide("item:a", "illegal", OrderScene.Act("geoblock", "item:a", "ID"));

        // What has no country where it may be shown is not obeyed by a block in one.
        var abuse = await scene.Send("csam", "item:b");
        await scene.Decide("item:b", "illegal", OrderScene.Act("geoblock", "item:b", "ID"));
        await scene.Confirm();
        foreach (var one in new[] { receipt, abuse })
        {
            Assert.Equal(("open", "restricted"), await State(scene, one));
        }

        var answer = await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/answer", new { words = "It is lawful in Malaysia." }));
        Assert.Equal("inPart", (string?)answer["outcome"]);
        Assert.Contains("Not shown in ID, which is less than was ordered", (string?)answer["text"], StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task No_authority_hears_from_its_answer_that_another_one_ordered(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var (_, door) = await OrderScene.NewAgency(scene.Jaga, scene.Lead, new { name = "Second", kind = "ministry", country = "MY", competence = new[] { "gambling" }, regimes = new[] { "id-permenkominfo-5-2020" }, contact = "A person", language = "en" });
        using (door)
        {
            async Task<JsonNode> Send(string location) => await OrderScene.Read(await door.PostAsJsonAsync("/api/v1/agency/orders", OrderScene.Form("gambling", location)));
            var (first, second) = (await scene.Send("gambling", "item:a"), await Send("item:a"));
            await scene.Decide("item:a", "illegal", "", [OrderScene.Act("geoblock", "item:a", "ID", "MY")]);
            await scene.Confirm();
            foreach (var (receipt, own, country) in new[] { (first, scene.Door, "ID"), (second, door, "MY") })
            {
                await scene.Check(receipt);
                var told = await OrderScene.Read(await own.GetAsync($"/api/v1/agency/orders/{receipt["id"]}"));
                Assert.Equal(("geoblocked", country), ((string?)told["answers"]![0]!["outcome"], string.Join(',', told["locations"]![0]!["countries"]!.AsArray().Select(c => (string?)c))));
                Assert.Contains($"Not shown in {country}, confirmed", (string?)told["answers"]![0]!["text"], StringComparison.Ordinal);
                Assert.DoesNotContain("More was done", (string?)told["answers"]![0]!["text"], StringComparison.Ordinal);
            }

            // Gone everywhere for the one is more than the other needs, and that is said, though nobody had to give a reason.
            var (abuse, other) = (await scene.Send("csam", "item:b"), await Send("item:b"));
            await scene.Decide("item:b", "illegal", "", [OrderScene.Act("remove", "item:b")]);
            await scene.Confirm();
            await scene.Check(other);
            Assert.DoesNotContain("More was done", (string?)(await scene.Own(abuse))["answers"]![0]!["text"], StringComparison.Ordinal);
            Assert.Contains("More was done than the order needs", (string?)(await OrderScene.Read(await door.GetAsync($"/api/v1/agency/orders/{other["id"]}")))["answers"]![0]!["text"], StringComparison.Ordinal);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_order_is_answered_when_somebody_has_gone_through_its_check_list_and_by_itself_only_if_nothing_speaks_against_it(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var (plain, doubted) = (await scene.Send("gambling", "group:1"), await scene.Send("gambling", "group:2"));
        await scene.Decide("group:1", "illegal", OrderScene.Act("closeGroup", "group:1"));
        await scene.Decide("group:2", "illegal", OrderScene.Act("closeGroup", "group:2"));
        await scene.Confirm();
        Assert.Equal(("open", "removed"), await State(scene, plain));
        await scene.Jaga.Do(async db => Assert.Equal(2, await db.Notices.CountAsync(n => n.About.Kind == "order" && n.SaysEn.Contains("check list"))));
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{plain["id"]}/answer", new { })).StatusCode);

        await scene.Check(plain);
        await scene.Check(doubted, humanRights: "unsure");
        Assert.Equal((("answered", "removed"), ("open", "removed")), (await State(scene, plain), await State(scene, doubted)));
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{doubted["id"]}/answer", new { }));
        Assert.Equal(("answered", "removed"), await State(scene, doubted));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Both_registers_know_a_clock_that_stands_still_and_when_an_order_is_due_after_it(Store store)
    {
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("Terrorism Unit", "eu-tco"));
        var receipt = await scene.Send("terrorism", "group:1");
        await OrderScene.Read(await scene.Lead.PostAsJsonAsync($"/api/v1/orders/{receipt["id"]}/question", new { words = "Which of the two groups?" }));
        await scene.Pass(TimeSpan.FromHours(5));
        foreach (var row in await Rows())
        {
            Assert.True((bool?)row!["paused"]);
        }

        Assert.Contains("The clock stands still", await scene.Lead.GetStringAsync("/orders"), StringComparison.Ordinal);
        await OrderScene.Read(await scene.Door.PostAsJsonAsync($"/api/v1/agency/orders/{receipt["id"]}/clarification", new { words = "The first." }));
        foreach (var row in await Rows())
        {
            Assert.Equal((false, scene.Jaga.Clock.Now.AddHours(1)), ((bool?)row!["paused"], (DateTimeOffset?)row["dueAt"]));
        }

        async Task<JsonNode?[]> Rows() => [(await OrderScene.Read(await scene.Lead.GetAsync("/api/v1/orders")))["rows"]![0], (await OrderScene.Read(await scene.Door.GetAsync("/api/v1/agency/orders")))["rows"]![0]];
    }

    private static async Task<(string?, string?)> State(OrderScene scene, JsonNode receipt)
    {
        var order = await OrderScene.Read(await scene.Lead.GetAsync($"/api/v1/orders/{receipt["id"]}"));
        return ((string?)order["order"]!["state"], (string?)order["locations"]![0]!["state"]);
    }
}
