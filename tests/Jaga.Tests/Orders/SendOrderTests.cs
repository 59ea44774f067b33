using Jaga.Obligations;
using Jaga.Orders;

namespace Jaga.Tests.Orders;

/// <summary><see cref="SendOrder"/> and <see cref="ReadOwnOrders"/>: from the door to the answer.</summary>
public sealed class SendOrderTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_order_has_a_number_at_once_a_clock_and_a_case_that_the_law_s_time_presses(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("csam", "group:812");

        Assert.Matches("^O-[0-9A-Z]{8}$", (string?)receipt["number"]);
        Assert.True((bool?)receipt["urgent"]);
        Assert.Equal("id-permenkominfo-5-2020.takedown-urgent", (string?)receipt["clause"]);
        Assert.Equal(scene.Jaga.Clock.Now.AddHours(4), (DateTimeOffset?)receipt["dueAt"]);
        await scene.Jaga.Do(async db =>
        {
            var @case = await db.Cases.SingleAsync();
            Assert.Equal((new Subject("group", "812"), (DateTimeOffset?)receipt["dueAt"]), (@case.About, @case.LegalDueAt));
            Assert.Equal(2, await db.Obligations.CountAsync(o => o.About.Kind == "order" && o.State == ObligationState.Open));
        });

        // Not urgent by its category, unless the agency says so.
        Assert.Equal("id-permenkominfo-5-2020.takedown", (string?)(await scene.Send("gambling", "group:813"))["clause"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Complied_is_said_when_the_platform_has_confirmed_and_not_before(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("csam", "group:812");
        await scene.Decide("group:812", "illegal", OrderScene.Act("closeGroup", "group:812"));

        var waiting = await scene.Own(receipt);
        Assert.Equal(("open", "asked"), ((string?)waiting["order"]!["state"], (string?)waiting["locations"]![0]!["state"]));
        Assert.Empty(waiting["answers"]!.AsArray());

        await scene.Confirm();
        var answered = await scene.Own(receipt);
        Assert.Equal(("answered", "removed"), ((string?)answered["order"]!["state"], (string?)answered["locations"]![0]!["state"]));
        Assert.Equal("complied", (string?)answered["answers"]![0]!["outcome"]);
        Assert.Contains("r-812", (string?)answered["answers"]![0]!["text"]);
        Assert.Equal("kept", (string?)answered["clock"]!["state"]);
        await scene.Jaga.Do(async db => Assert.All(await db.Obligations.Where(o => o.About.Kind == "order").ToListAsync(), o => Assert.StartsWith("receipt/", o.KeptBy)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Forty_locations_are_forty_subjects_with_a_state_each_and_one_answer(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("gambling", [.. Enumerable.Range(1, 40).Select(i => $"item:post-{i}")]);
        Assert.Equal(40, (int?)receipt["locations"]);
        await scene.Jaga.Do(async db => Assert.Equal(40, await db.Cases.CountAsync()));

        for (var i = 1; i <= 40; i++)
        {
            await (i % 2 == 0
                ? scene.Decide($"item:post-{i}", "illegal", OrderScene.Act("remove", $"item:post-{i}"))
                : scene.Decide($"item:post-{i}", "illegal", OrderScene.Act("geoblock", $"item:post-{i}", "ID")));
            if (i == 39)
            {
                await scene.Confirm();
                Assert.Empty((await scene.Own(receipt))["answers"]!.AsArray());
            }
        }

        await scene.Confirm();
        await scene.Check(receipt);
        var answered = await scene.Own(receipt);
        Assert.Equal("geoblocked", (string?)Assert.Single(answered["answers"]!.AsArray())!["outcome"]);
        Assert.Equal((20, 20), (answered["locations"]!.AsArray().Count(l => (string?)l!["state"] == "removed"), answered["locations"]!.AsArray().Count(l => (string?)l!["state"] == "geoblocked")));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_cannot_be_an_order_is_refused_by_field_and_a_reference_is_received_once(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var form = OrderScene.Form("csam", "not an address");
        var refused = await scene.Door.PostAsJsonAsync("/api/v1/agency/orders", form);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("locations[0]", await refused.Content.ReadAsStringAsync());
        form = OrderScene.Form("csam", "group:1");
        form["reference"] = "B-17/2026";
        form["regime"] = "eu-tco";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await scene.Door.PostAsJsonAsync("/api/v1/agency/orders", form)).StatusCode);

        form.Remove("regime");
        var number = (string)(await OrderScene.Read(await scene.Door.PostAsJsonAsync("/api/v1/agency/orders", form)))["number"]!;
        var again = await scene.Door.PostAsJsonAsync("/api/v1/agency/orders", form);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Contains(number, await again.Content.ReadAsStringAsync());
        await scene.Jaga.Do(async db => Assert.Equal(1, await db.Orders.CountAsync()));
    }
}
