using System.Diagnostics;
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
            sent.AddRange(await desk.Send(PerRound, stream: round % 2 == 0 ? $"s{round}" : null, first: round * PerRound));
            using var victim = Start(desk);
            var (arrivals, killAt, answerFirst) = (0, random.Next(1, PerRound), random.Next(2) == 0);
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            platform.Answer = async (got, http) =>
            {
                var mine = Interlocked.Increment(ref arrivals) == killAt;
                if (mine && !answerFirst)
                {
                    Kill(victim, killed);
                }

                await WebhookReceiver.Taken(got, http);
                await http.Response.CompleteAsync();
                if (mine)
                {
                    Kill(victim, killed);
                }
            };
            await Task.WhenAny(killed.Task, victim.WaitForExitAsync());
            Assert.True(killed.Task.IsCompleted, "the process ended by itself");
            await victim.WaitForExitAsync();
        }

        platform.Answer = WebhookReceiver.Taken;
        using var last = Start(desk);
        while ((await desk.Numbers()).Unsent > 0)
        {
            Assert.False(last.HasExited);
            await Task.Delay(50);
        }

        last.Kill();
        await last.WaitForExitAsync();
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

    private static void Kill(Process victim, TaskCompletionSource killed)
    {
        if (!killed.Task.IsCompleted)
        {
            victim.Kill();
            killed.TrySetResult();
        }
    }

    private static Process Start(JagaHost desk) => Process.Start(new ProcessStartInfo("dotnet",
    [
        Path.Combine(AppContext.BaseDirectory, "Jaga.Server.dll"), "up", "--data", desk.Data, "--urls", "http://127.0.0.1:0",
        "--Jaga:Storage:Connection=" + desk.Services.GetRequiredService<StorageSettings>().Connection, "--Jaga:Deliveries:Lease=00:00:05", "--Jaga:Worker:Poll=00:00:00.1000000",
    ])
    { RedirectStandardOutput = true, WorkingDirectory = desk.Data })!;
}
