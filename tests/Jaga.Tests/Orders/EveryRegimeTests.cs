using System.Text.Json.Nodes;
using Jaga.Disclosure;
using Jaga.Obligations;
using Jaga.Orders;
using Jaga.Tests.Disclosure;

namespace Jaga.Tests.Orders;

/// <summary>Whatever rules an agency acts under, its order and its request for data get their own clauses' clocks, kept by an answer and by nothing else.</summary>
public sealed class EveryRegimeTests
{
    private static readonly Dictionary<string, (string Normal, string Urgent)> Ordered = new()
    {
        ["eu-dsa"] = ("eu-dsa.answer-order", "eu-dsa.answer-order"),
        ["eu-tco"] = ("eu-tco.remove", "eu-tco.remove"),
        ["house"] = ("house.answer-order", "house.answer-order-urgent"),
        ["id-permenkominfo-5-2020"] = ("id-permenkominfo-5-2020.takedown", "id-permenkominfo-5-2020.takedown-urgent"),
        ["id-saman"] = ("id-saman.takedown", "id-saman.takedown-urgent"),
        ["us-take-it-down"] = ("us-take-it-down.remove", "us-take-it-down.remove"),
    };

    private static readonly Dictionary<string, (string Normal, string Urgent)> Warned = new()
    {
        ["id-permenkominfo-5-2020"] = ("id-permenkominfo-5-2020.answer-warning", "id-permenkominfo-5-2020.answer-warning-urgent"),
        ["id-saman"] = ("id-saman.answer-letter", "id-saman.answer-letter-urgent"),
    };

    private static readonly Dictionary<string, (string Normal, string Emergency, string Afterwards)> Asked = new()
    {
        ["eu-dsa"] = ("eu-dsa.answer-information-order", "eu-dsa.give-data-emergency", "eu-dsa.emergency-document"),
        ["house"] = ("house.give-data", "house.give-data-emergency", "house.emergency-document"),
        ["id-permenkominfo-5-2020"] = ("id-permenkominfo-5-2020.give-data", "id-permenkominfo-5-2020.give-data-emergency", "id-permenkominfo-5-2020.emergency-document"),
    };

    [Fact]
    public async Task An_order_under_each_regime_has_that_regime_s_clocks_and_the_answer_keeps_them()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite);
        var regimes = scene.Jaga.Services.GetRequiredService<Regimes>();
        Assert.Equal(regimes.All.Where(r => r.Orders is not null).Select(r => r.Id).Order(StringComparer.Ordinal), Ordered.Keys.Order(StringComparer.Ordinal));
        var at = 0;
        foreach (var (regime, (normal, urgent)) in Ordered)
        {
            var (_, door) = await OrderScene.NewAgency(scene.Jaga, scene.Lead, OrderScene.Ministry($"Authority {regime}", regime));
            foreach (var pressing in (bool[])[false, true])
            {
                var (item, form) = ($"item:p{++at}", OrderScene.Form("fraud", $"item:p{at}"));
                form["urgent"] = pressing;
                var receipt = await OrderScene.Read(await door.PostAsJsonAsync("/api/v1/agency/orders", form));
                var clause = pressing ? urgent : normal;
                Assert.Equal((clause, regimes.Find(clause).Due.After(scene.Jaga.Clock.Now)), ((string?)receipt["clause"], (DateTimeOffset)receipt["dueAt"]!));
                if (Warned.TryGetValue(regime, out var warned))
                {
                    var warning = await OrderScene.Read(await door.PostAsJsonAsync($"/api/v1/agency/orders/{receipt["id"]}/warnings", new { says = "It is still there." }));
                    await States(scene, pressing ? warned.Urgent : warned.Normal, warning, ObligationState.Open);
                }

                await States(scene, clause, receipt, ObligationState.Open);
                await OrderScene.Read(await scene.Lead.PutAsJsonAsync($"/api/v1/orders/{receipt["id"]}/checks", new { lines = Enum.GetValues<CheckItem>().Select(item => new { item, finding = CheckFinding.Yes }) }, Json.Options));
                await scene.Decide(item, "illegal", OrderScene.Act("remove", item));
                await scene.Confirm();
                await States(scene, clause, receipt, ObligationState.Kept);
            }

            door.Dispose();
        }

        await scene.Jaga.Do(async db => Assert.False(await db.Obligations.AnyAsync(o => o.About.Kind == "order-warning" && o.State != ObligationState.Kept)));
    }

    [Fact]
    public async Task A_request_for_data_under_each_regime_has_that_regime_s_clocks()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var asking = await Asking.Begin(jaga);
        Assert.Equal(jaga.Services.GetRequiredService<AllDataRules>().All.Select(r => r.Regime).Order(StringComparer.Ordinal), Asked.Keys.Order(StringComparer.Ordinal));
        await jaga.Do(db => db.Agencies.ExecuteUpdateAsync(set => set.SetProperty(a => a.Regimes, Asked.Keys.ToArray())));
        foreach (var (regime, (normal, emergency, afterwards)) in Asked)
        {
            var request = Asking.About("subscriberInformation");
            (request["regime"], request["emergency"], request["emergencyReason"]) = (regime, "threatToLife", "It is urgent");
            request["documents"] = new JsonArray(System.Text.Json.JsonSerializer.SerializeToNode(Asking.Document("emergencyStatement")));
            var id = await asking.Send(request);
            Assert.Equal([normal, emergency], (await asking.Clocks(id)).Keys.Order(StringComparer.Ordinal));
            await asking.Accept(id, 0, ["subscriberInformation"]);
            await Asking.Ok(await asking.Lead.PostAsJsonAsync($"/api/v1/data-requests/{id}/emergency", new { accepted = true, because = "called back" }));
            await Asking.Ok(await asking.Propose(id, "released"));
            await Asking.Ok(await asking.Release(id));
            await jaga.Do(async db => Assert.Equal(afterwards, (await db.Obligations.SingleAsync(o => o.About.Kind == "data-emergency" && o.About.Id == id)).Clause));
        }
    }

    // By what it is about: two of one moment have no order.
    private static Task States(OrderScene scene, string clause, JsonNode about, ObligationState state) => scene.Jaga.Do(async db =>
    {
        var id = (string)about["id"]!;
        var owed = await db.Obligations.Where(o => o.Clause == clause && o.About.Id == id).ToListAsync();
        Assert.NotEmpty(owed);
        Assert.All(owed, o => Assert.Equal(state, o.State));
    });
}
