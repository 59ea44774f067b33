using System.Diagnostics;
using Jaga.Deliveries;

namespace Jaga.Tests.Deliveries;

/// <summary>Measures and prints: <c>./jaga test --long ThroughputTests</c>.</summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task How_many_webhooks_are_confirmed_in_a_second(Store store)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("JAGA_LONG") == "1", "A measurement: ./jaga test --long runs it.");
        await using var jaga = await JagaHost.Start(store);
        await using var platform = await WebhookReceiver.Start();
        await jaga.Receiver(platform, concurrency: 32);
        for (var i = 0; i < 10; i++)
        {
            await jaga.Send(500, first: i * 500);
        }

        var (watch, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        await jaga.SendAll();
        output.WriteLine($"{store}: {5000 / watch.Elapsed.TotalSeconds:0} confirmed webhooks a second, {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds / watch.Elapsed.TotalSeconds:0.00} cores of this process (receiver included)");
        Assert.Equal(5000, platform.Effects.Count);
    }
}
