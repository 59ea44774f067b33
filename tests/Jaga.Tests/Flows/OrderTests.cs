using Jaga.Obligations;
using Jaga.Orders;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Orders;

namespace Jaga.Tests.Flows;

/// <summary>The whole way of an urgent order (<see cref="SendOrder"/>): the door, the ladder, the desk, the platform, the answer, the agency.</summary>
public sealed class OrderTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_urgent_order_pages_until_somebody_takes_it_and_the_agency_reads_what_the_platform_confirmed(Store store)
    {
        await using var scene = await OrderScene.Start(store);
        var jaga = scene.Jaga;
        var receipt = await scene.Send("csam", "group:812");
        Assert.Equal(1, await Unacknowledged(jaga));

        // People are paged at once, and again while nobody takes it.
        await Walk(jaga);
        var told = await Notices(jaga);
        Assert.True(told > 0);
        await scene.Pass(TimeSpan.FromMinutes(16));
        await Walk(jaga);
        var more = await Notices(jaga);
        Assert.True(more > told);
        await jaga.Do(async db => Assert.True(await db.Notices.AnyAsync(n => n.Urgent)));

        await OrderScene.Read(await scene.Lead.PostAsync($"/api/v1/orders/{receipt["id"]}/acknowledgement", null));
        Assert.Equal(0, await Unacknowledged(jaga));
        await scene.Pass(TimeSpan.FromMinutes(10));
        await Walk(jaga);
        Assert.Equal(more, await Notices(jaga));
        Assert.NotNull((string?)(await scene.Own(receipt))["order"]!["takenAt"]);

        // Half of the law's four hours are over: a rung of its own ladder.
        await scene.Pass(TimeSpan.FromHours(2));
        await Walk(jaga);
        await jaga.Do(async db =>
        {
            var law = await db.Obligations.SingleAsync(o => o.Clause == "id-permenkominfo-5-2020.takedown-urgent");
            Assert.Contains(await db.Rungs.Where(r => r.Obligation == law.Id).ToListAsync(), r => r is { Percent: 50, Told: true });
        });

        await scene.Decide("group:812", "illegal", OrderScene.Act("closeGroup", "group:812"));
        await scene.Confirm();
        var answered = await scene.Own(receipt);
        Assert.Equal(("answered", "complied", "kept"), ((string?)answered["order"]!["state"], (string?)answered["answers"]![0]!["outcome"], (string?)answered["clock"]!["state"]));
        await jaga.Do(async db => Assert.NotNull((await db.OrderAnswers.SingleAsync()).ReadAt));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Where_the_agency_has_a_webhook_the_duty_is_kept_when_it_took_the_answer_and_not_before(Store store)
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var scene = await OrderScene.Start(store, OrderScene.Ministry("Kementerian Contoh", receiver: "ministry"));
        await scene.Jaga.Receiver(receiver, "ministry");
        var receipt = await scene.Send("gambling", "group:5");
        await scene.Check(receipt);
        await scene.Decide("group:5", "illegal", OrderScene.Act("closeGroup", "group:5"));
        await scene.Confirm();

        await scene.Jaga.Do(async db => Assert.Equal(ObligationState.Open, (await db.Obligations.SingleAsync(o => o.About.Kind == "order")).State));
        await scene.Jaga.SendAll();
        await scene.Jaga.Do(async db =>
        {
            var owed = await db.Obligations.SingleAsync(o => o.About.Kind == "order");
            Assert.Equal((ObligationState.Kept, true), (owed.State, owed.KeptBy!.StartsWith("delivery/", StringComparison.Ordinal)));
        });
        Assert.Contains((string)receipt["number"]!, string.Join('\n', receiver.All.Select(g => g.Body)));
    }

    private static async Task<int> Unacknowledged(JagaHost jaga)
    {
        var count = jaga.Services.GetServices<Count>().Single(c => c.Word == "unacknowledged");
        var number = 0;
        await jaga.Do(async db => number = await count.Read(db, jaga.Clock.Now, default));
        return number;
    }

    private static async Task Walk(JagaHost jaga)
    {
        while (await jaga.Ask<WalkLadder, bool>(walk => walk.Run(default)))
        {
        }
    }

    private static async Task<int> Notices(JagaHost jaga)
    {
        var number = 0;
        await jaga.Do(async db => number = await db.Notices.CountAsync());
        return number;
    }
}
