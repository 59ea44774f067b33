using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Jaga.Deliveries;
using Jaga.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench deliveries</c>: a backlog of signed webhooks to a receiver on this machine, recorded with its receipts, and how long what is new waits meanwhile.</summary>
internal static class DeliverySpeed
{
    private static readonly RawInsert Rows = new(
        "deliveries", "id", "receiver", "type", "body", "about_kind", "about_id", "state", "created_at", "due_at", "attempts");

    public static Command Build()
    {
        var backlog = new Option<int>("--backlog") { Description = "Webhooks that wait from before.", DefaultValueFactory = _ => 100_000 };
        var seconds = new Option<double>("--seconds") { Description = "How long is measured; 0 for as long as anything of the backlog waits.", DefaultValueFactory = _ => 15 };
        var concurrency = new Option<int>("--concurrency") { Description = "Tries at once, 1 to 64.", DefaultValueFactory = _ => 32 };
        var store = new Option<string?>("--store") { Description = "A PostgreSQL connection string of an empty database; otherwise SQLite in a temporary folder." };
        var command = new Command("deliveries", "Measure how many webhooks are confirmed in a second out of a backlog, and how long new ones wait beside it.") { backlog, seconds, concurrency, store };
        command.SetAction(async (parsed, ct) =>
        {
            await using var house = new BenchHouse(parsed.GetValue(store), works: true);
            await house.Make(ct);
            await using var platform = new BenchReceiver();
            var id = (await house.Do<AddReceiver, AddReceiver.Answer>(add => add.Run(new("platform", new(platform.Url, AllowPrivate: true, Concurrency: parsed.GetValue(concurrency))), OpenStore.Operator, ct))).Id;
            await house.Fill("deliveries", Rows, parsed.GetValue(backlog), (db, i) =>
                [Guid.CreateVersion7(), id.Value, "test.happened", $$$"""{"type":"test.happened","data":{"n":{{{i}}}}}""", "item", $"i{i}", "Waiting", db.Time(Before(i)), db.Time(Before(i)), 0], ct);
            await house.Settle(ct);
            Terminal.Table(["deliveries", "measured"], await Measure(house, platform, parsed.GetValue(seconds) is > 0 and var some ? some : null, parsed.GetValue(backlog), ct));
            return Terminal.Done;
        });
        return command;
    }

    private static readonly TimeSpan Tens = TimeSpan.FromSeconds(10);

    private static DateTimeOffset Before(int i) => DateTimeOffset.UnixEpoch.AddSeconds(i);

    private static async Task<IReadOnlyList<string[]>> Measure(BenchHouse house, BenchReceiver platform, double? seconds, int backlog, CancellationToken ct)
    {
        var sender = house.One<Sender>();
        await sender.StartAsync(ct);
        while (platform.Taken < 500)
        {
            await Task.Delay(50, ct);
        }

        Terminal.Remark("Sending …");
        var (confirmed, clock, written) = (await Confirmed(house, ct), Stopwatch.StartNew(), new ConcurrentDictionary<string, long>());
        var each = new List<long> { platform.Taken };
        while (seconds is { } end ? clock.Elapsed.TotalSeconds < end : platform.Taken < backlog + written.Count - 1)
        {
            if (clock.Elapsed >= each.Count * Tens)
            {
                each.Add(platform.Taken);
            }

            var delivery = await house.Do<Db, Delivery>(db => Write(house, ct));
            written[delivery.MessageId] = Stopwatch.GetTimestamp();
            await Task.Delay(100, ct);
        }

        var (done, took) = (await Confirmed(house, ct) - confirmed, clock.Elapsed.TotalSeconds);
        while (written.Keys.Any(id => !platform.At.ContainsKey(id)) && clock.Elapsed.TotalSeconds < took + 30)
        {
            await Task.Delay(50, ct);
        }

        await sender.StopAsync(ct);
        var waits = written.Select(w => platform.At.TryGetValue(w.Key, out var at) ? Stopwatch.GetElapsedTime(w.Value, at).TotalMilliseconds : double.PositiveInfinity).Order().ToList();
        return
        [
            ["store", house.Name],
            ["confirmed a second", Say($"{done / took:0}")],
            ["taken in a second, in the slowest ten seconds", each.Count < 2 ? "" : Say($"{each.Zip(each.Skip(1), (from, to) => (to - from) / Tens.TotalSeconds).Min():0}")],
            ["measured for", Say($"{took:0} s")],
            ["still waiting from before", Say($"{await house.Do<Db, int>(db => db.Deliveries.CountAsync(d => d.State == DeliveryState.Waiting, ct)):N0}")],
            ["new ones beside it, 10 a second", Say($"{waits.Count}, all arrived: {!double.IsInfinity(waits[^1])}")],
            ["a new one's way, half within", Say($"{waits[waits.Count / 2]:0} ms")],
            ["a new one's way, the longest", Say($"{waits[^1]:0} ms")],
        ];
    }

    private static async Task<Delivery> Write(BenchHouse house, CancellationToken ct) => await house.Do<IServiceProvider, Delivery>(async parts =>
    {
        await using var transaction = await parts.GetRequiredService<Db>().Begin(ct);
        var delivery = await parts.GetRequiredService<Outbox>().Send("platform", "test.happened", new { fresh = true }, new("item", "new"), ct: ct);
        return await transaction.Commit(delivery, ct);
    });

    private static Task<int> Confirmed(BenchHouse house, CancellationToken ct) => house.Do<Db, int>(db => db.Deliveries.CountAsync(d => d.State == DeliveryState.Confirmed, ct));

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
