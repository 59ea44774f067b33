using System.Globalization;
using Jaga.Deliveries;

namespace Jaga.Tests.Deliveries;

/// <summary>The whole product in a process of its own, killed without warning (<c>kill -9</c>) in the middle of what it sends, again and again; <c>JAGA_KILLS=50</c> for more rounds than the two of a common run.</summary>
public sealed class KillTests
{
    private const int PerRound = 15;
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("JAGA_KILLS") ?? "2", CultureInfo.InvariantCulture);

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Killed_at_any_moment_nothing_is_lost_and_nothing_has_effect_twice(Store store)
    {
        // This process only writes and looks; the ones that are killed do the sending.
        await using var desk = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await desk.Receiver(platform, timeoutMs: 2000, concurrency: 4);
        var random = new Random(20260302);
        var sent = new List<Delivery>();
        for (var round = 0; round < Rounds; round++)
        {
            var (arrivals, killAt, answerFirst) = (0, random.Next(1, PerRound), random.Next(2) == 0);
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var victim = await Start(desk);
            platform.Answer = async (got, http) =>
            {
                var mine = Interlocked.Increment(ref arrivals) == killAt;
                if (mine && !answerFirst)
                {
                    await Kill();
                }

                await WebhookReceiver.Taken(got, http);
                await http.Response.CompleteAsync();
                if (mine && answerFirst)
                {
                    await Kill();
                }
            };
            sent.AddRange(await desk.Send(PerRound, stream: round % 2 == 0 ? $"s{round}" : null, first: round * PerRound));
            await killed.Task;

            async Task Kill()
            {
                await victim.Kill();
                killed.SetResult();
            }
        }

        platform.Answer = WebhookReceiver.Taken;
        await using (await Start(desk))
        {
            await Poll.Until(async () => (await desk.Numbers()).Unsent == 0, "all is sent");
        }

        Assert.Equal(sent.Select(s => s.MessageId).Order(), platform.Effects.Select(g => g.Id).Order());
        await desk.Do(async db =>
        {
            Assert.Equal(sent.Count, await db.Deliveries.CountAsync(d => d.State == DeliveryState.Confirmed && d.Receipt != null));
            Assert.Equal(sent.Count, await db.AuditLines.CountAsync(l => l.Action == "delivery.confirmed"));
        });
        foreach (var stream in sent.Where(s => s.Stream is not null).GroupBy(s => s.Stream))
        {
            var order = platform.Effects.Where(g => stream.Any(s => s.MessageId == g.Id)).Select(SendingTests.Number).ToList();
            Assert.Equal(order.Order(), order);
        }
    }

    private static Task<ServerProcess> Start(JagaHost desk) => ServerProcess.Start(
        desk.Data, ("Storage:Connection", desk.Services.GetRequiredService<StorageSettings>().Connection), ("Deliveries:Lease", "00:00:05"), ("Worker:Poll", "00:00:00.1000000"), ("Media:Workers", "1"), ("Media:Warm", "false"));
}
