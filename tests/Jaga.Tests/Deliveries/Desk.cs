using Jaga.Deliveries;

namespace Jaga.Tests.Deliveries;

/// <summary>What the tests of this room do again and again.</summary>
internal static class Desk
{
    public static readonly Actor Tester = Actor.System("test");

    /// <summary>Names a receiver on this machine.</summary>
    public static Task<AddReceiver.Answer> Receiver(this JagaHost jaga, WebhookReceiver at, string name = "platform", string? secret = null, int timeoutMs = 30_000, int concurrency = 8) =>
        jaga.Ask<AddReceiver, AddReceiver.Answer>(add => add.Run(new(name, new(at.Address.ToString(), AllowPrivate: true, timeoutMs, concurrency), secret), Tester, default));

    /// <summary>Leaves messages with the payloads <c>{"n":0}</c>, <c>{"n":1}</c>, … in one transaction.</summary>
    public static async Task<List<Delivery>> Send(this JagaHost jaga, int count, string? stream = null, string receiver = "platform", int first = 0, string type = "test.happened")
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        var outbox = scope.ServiceProvider.GetRequiredService<Outbox>();
        var sent = new List<Delivery>();
        for (var n = first; n < first + count; n++)
        {
            sent.Add(await outbox.Send(receiver, type, new { n }, new("item", $"i{n}"), stream));
        }

        await transaction.Commit(default);
        return sent;
    }

    public static Sender Sender(this JagaHost jaga) => jaga.Services.GetRequiredService<Sender>();

    /// <summary>Sends until nothing is due.</summary>
    public static async Task<int> SendAll(this JagaHost jaga)
    {
        var total = 0;
        for (var round = 0; round < 1000 && await jaga.Sender().SendDue(default) is > 0 and var tried; round++)
        {
            total += tried;
        }

        return total;
    }

    /// <summary>What is on its way: deliveries that nobody has confirmed yet, those of them whose last try failed, receivers to which nothing gets through, dead jobs.</summary>
    public static Task<(int Unsent, int Failing, List<string> OpenCircuits, int DeadJobs)> Numbers(this JagaHost jaga) => jaga.Ask<Db, (int, int, List<string>, int)>(async db =>
    {
        var waiting = db.Deliveries.Where(d => d.State == DeliveryState.Waiting);
        return (await waiting.CountAsync(), await waiting.CountAsync(d => d.FirstFailedAt != null),
            await db.Receivers.Where(r => db.Circuits.Any(c => c.Receiver == r.Id && c.OpenedAt != null)).Select(r => r.Name).OrderBy(n => n).ToListAsync(),
            await db.Jobs.CountAsync(j => j.State == JobState.Dead));
    });

    public static Task<ReadDeliveries.Story> Story(this JagaHost jaga, Id<Delivery> id) => jaga.Ask<ReadDeliveries, ReadDeliveries.Story>(r => r.One(id, _ => true, default));
}
