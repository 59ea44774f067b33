using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.Tests.Obligations;

namespace Jaga.Tests.Deliveries;

public sealed class TwoNodesTests
{
    private const string Key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    [Fact]
    public async Task Two_running_nodes_on_one_store_share_the_work_and_do_nothing_twice()
    {
        await using var one = await JagaHost.Start(Store.Postgres, null, ("Worker:Enabled", "true"), ("Worker:Poll", "00:00:00.0200000"), ("Secrets:MasterKey", Key));
        var store = one.Services.GetRequiredService<StorageSettings>().Connection;
        await using var two = await JagaHost.Start(Store.Sqlite, null, ("Storage:Connection", store), ("Worker:Enabled", "true"), ("Worker:Poll", "00:00:00.0200000"), ("Secrets:MasterKey", Key));
        await using var platform = await WebhookReceiver.Start();
        await one.Receiver(platform, concurrency: 2);
        for (var i = 0; i < 100; i++)
        {
            await one.Owe(about: new("item", $"i{i}"));
        }

        one.Clock.Advance(TimeSpan.FromHours(20));
        two.Clock.Advance(TimeSpan.FromHours(20));
        for (var i = 0; i < 10; i++)
        {
            await (i % 2 == 0 ? one : two).Send(30, stream: i < 5 ? $"s{i}" : null, first: i * 30);
        }

        await Poll.Until(async () => (await one.Numbers()).Unsent == 0 && await one.Ask<Db, int>(db => db.Rungs.CountAsync()) == 200, "all is sent and every rung fired");

        Assert.Equal(300, platform.All.Count);
        Assert.Equal(300, platform.Effects.Count);
        await one.Do(async db =>
        {
            Assert.Equal(200, await db.Notices.CountAsync());
            Assert.Equal(300, await db.Attempts.CountAsync());
            Assert.Equal(300, await db.AuditLines.CountAsync(l => l.Action == "delivery.confirmed"));
        });
    }
}
