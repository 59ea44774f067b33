using System.Diagnostics;
using Jaga.Deliveries;

namespace Jaga.Tests.Deliveries;

/// <summary>Measures; run by hand: <c>dotnet run --project tests/Jaga.Tests -- --explicit only --filter-class "*ThroughputTests"</c>.</summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    [Theory(Explicit = true), InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task How_many_webhooks_are_confirmed_in_a_second(Store store)
    {
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
