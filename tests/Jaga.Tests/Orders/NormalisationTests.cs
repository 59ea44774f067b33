using Jaga.Obligations;
using Jaga.Orders;

namespace Jaga.Tests.Orders;

/// <summary>Once what was ordered is done, access is asked back, and the Ministry's two days run: <see cref="AskNormalisation"/>, <see cref="AnswerNormalisation"/>; and the history of an order at the agency's door.</summary>
public sealed class NormalisationTests
{
    private const string Clause = "id-permenkominfo-5-2020.normalise";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Access_is_asked_back_with_the_proof_and_the_Ministry_s_two_days_run_until_it_says(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var receipt = await scene.Send("csam", "group:812");
        var path = $"/api/v1/orders/{receipt["id"]}/normalisation";
        var early = await scene.Lead.PostAsJsonAsync(path, new { words = "Restore it." });
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Contains("answer the order first", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await OrderScene.Read(await scene.Lead.PostAsync($"/api/v1/orders/{receipt["id"]}/acknowledgement", null));
        await scene.Decide("group:812", "illegal", OrderScene.Act("closeGroup", "group:812"));
        await scene.Confirm();
        Assert.Contains("/normalisation\"", await scene.Lead.GetStringAsync($"/orders/{receipt["id"]}"), StringComparison.Ordinal);

        var asked = await OrderScene.Read(await scene.Lead.PostAsJsonAsync(path, new { words = "The service was blocked on Monday." }));
        Assert.Equal(scene.Jaga.Clock.Now.AddHours(48), (DateTimeOffset)asked["dueAt"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync(path, new { words = "Again." })).StatusCode);
        var own = await scene.Own(receipt);
        var told = own["answers"]!.AsArray().Single(a => (string?)a!["outcome"] == "normalisation")!;
        Assert.Contains("r-812", (string?)told["text"], StringComparison.Ordinal);
        Assert.Contains("The service was blocked on Monday.", (string?)told["text"], StringComparison.Ordinal);
        Assert.Equal(("answered", true), ((string?)own["order"]!["state"], (bool)own["mayAnswerNormalisation"]!));
        Assert.Equal(
            ["order.received", "order.taken", "order.location-decided", "order.location-answered", "order.answered", "order.normalisation-asked"], own["history"]!.AsArray().Select(l => (string?)l!["action"]));

        Assert.Contains("/normalisation/answer\"", await scene.Door.GetStringAsync($"/agency/orders/{receipt["id"]}"), StringComparison.Ordinal);
        using var restored = new FormUrlEncodedContent([KeyValuePair.Create("restored", "true"), KeyValuePair.Create("words", "Restored today.")]);
        Assert.Equal(HttpStatusCode.Found, (await scene.Door.PostAsync($"/agency/orders/{receipt["id"]}/normalisation/answer", restored)).StatusCode);
        await scene.Jaga.Do(async db =>
        {
            Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.Clause == Clause)).State);
            Assert.True((await db.OrderAnswers.SingleAsync(a => a.Outcome == AnswerOutcome.Normalisation)).Restored);
        });
        Assert.Equal("order.normalised", (string?)(await scene.Own(receipt))["history"]!.AsArray()[^1]!["action"]);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Lead.PostAsJsonAsync($"{path}/answer", new { restored = false, words = "x" })).StatusCode);
    }
}
