using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Jaga.Banks;
using Jaga.Items.Lookbacks;
using Jaga.Kernel;
using Jaga.Matching;
using Microsoft.EntityFrameworkCore;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench lookback</c>: a whole look-back over a store that is made for it, by the product's own parts, from the store to the desk.</summary>
internal static class LookbackBench
{
    public static Command Build()
    {
        var pictures = new Option<int>("--pictures") { Description = "Checks to keep and search.", DefaultValueFactory = _ => 10_000_000 };
        var signals = new Option<int>("--signals") { Description = "Signals that arrive.", DefaultValueFactory = _ => 10_000 };
        var planted = new Option<int>("--planted") { Description = "Signals near to one of the pictures, at every distance from 0 to 31.", DefaultValueFactory = _ => 1_000 };
        var share = new Option<double>("--share") { Description = "Of all processors, above 0 to 1.", DefaultValueFactory = _ => 1 };
        var store = new Option<string?>("--store") { Description = "A PostgreSQL connection string of an empty database; otherwise SQLite in a temporary folder." };
        var command = new Command("lookback", "Search very many kept fingerprints for signals that arrive. Takes 210 bytes of disk for each picture.") { pictures, signals, planted, share, store };
        command.SetAction(async (parsed, ct) =>
        {
            var folder = Directory.CreateTempSubdirectory("jaga-bench-");
            try
            {
                return await Run(folder.FullName, parsed.GetValue(store) ?? "", parsed.GetValue(pictures), parsed.GetValue(signals), parsed.GetValue(planted), parsed.GetValue(share), ct);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static async Task<int> Run(string folder, string store, int pictures, int signals, int planted, double share, CancellationToken ct)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Jaga:Storage:Data"] = folder, ["Jaga:Storage:Connection"] = store, ["Jaga:Worker:Enabled"] = "false",
            ["Jaga:Lookback:Share"] = share.ToString(CultureInfo.InvariantCulture), ["Jaga:Lookback:Nice"] = "0",
        }).Build();
        var services = new ServiceCollection().AddLogging().AddMetrics().AddSingleton<IConfiguration>(configuration).AddJaga(configuration.GetSection("Jaga"));
        await using var parts = services.BuildServiceProvider();
        await Do<Db>(parts, db => db.Migrate(ct));
        var fill = new LookbackStore(parts, 20261122);
        await Terminal.Progress($"Keeping {pictures:N0} pictures", async done =>
        {
            await fill.Fill(pictures, planted, done, ct);
            return true;
        });
        await Do<Db>(parts, db => Settle(db, ct));
        var matcher = parts.GetRequiredService<Matcher>();
        await matcher.CatchUp(ct);
        await Import(parts, fill.Signals(signals), ct);

        var reading = Stopwatch.StartNew();
        var bytes = await ReadAll(parts.GetRequiredService<StorageSettings>(), ct);
        reading.Stop();
        var idle = Idle();
        var (clock, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        await Do<BeginLookback>(parts, begin => begin.Run(ct));
        var begun = clock.Elapsed;
        await parts.GetRequiredService<LookbackRunner>().RunDue(ct);
        clock.Stop();
        var spent = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var peak = Status("VmHWM");
        var row = (await Do<ReadLookbacks, Page<ReadLookbacks.Row>>(parts, read => read.Run(new(null, 1), ct))).Rows.Single();
        Terminal.Table(["look-back", "measured"],
        [
            ["store", store.Length > 0 ? "PostgreSQL" : "SQLite"],
            ["pictures, four hashes each", Number(row.Total)],
            ["signals", Number(row.Signals)],
            ["processors allowed", (share * Environment.ProcessorCount).ToString("0.##", CultureInfo.InvariantCulture)],
            ["reading the blocks alone, one thread", $"{Seconds(reading.Elapsed)} ({bytes / reading.Elapsed.TotalSeconds / 1e6:F0} MB/s)"],
            ["beginning", Seconds(begun)],
            ["whole", Seconds(clock.Elapsed)],
            ["pictures a second", Number((long)(row.Total / clock.Elapsed.TotalSeconds))],
            ["processor time", Seconds(spent)],
            ["memory above idle, at most", $"{(peak - idle) / 1024} MB (idle {idle / 1024} MB)"],
            ["found of planted", $"{Number(row.Found)} of {Number(planted)}"],
        ]);
        return row.Found == planted ? Terminal.Done : Terminal.NotAll;
    }

    private static async Task Import(IServiceProvider parts, Stream file, CancellationToken ct)
    {
        var bank = await Do<CreateBank, BankAnswer>(parts, create => create.Run(new(new() { Name = "bench", OnMatch = OnMatch.Case }), OpenStore.Operator, ct));
        await Do<ImportSignals>(parts, import => import.Run(bank.Id, file, "bench.csv", null, false, OpenStore.Operator, ct));
    }

    // What reading costs by itself, and is the limit: the blocks in the look-back's own way, on one thread, without comparing.
    private static async Task<long> ReadAll(StorageSettings storage, CancellationToken ct)
    {
        using var reader = new BlockReader(await Storage.Open(storage, ct));
        var bytes = 0L;
        for (var next = 1L; reader.Read(next, long.MaxValue, hashes: true); next = reader.Number + 1)
        {
            bytes += reader.Hashes.Length + (reader.Heads.Length * (long)Items.Fingerprints.KeptHead.Bytes);
        }

        return bytes;
    }

    private static Task<int> Settle(Db db, CancellationToken ct) => db.Database.IsNpgsql()
        ? db.Database.ExecuteSqlRawAsync("ANALYZE", ct)
        : db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", ct);

    /// <summary>Resident memory with nothing to do, in kB; the mark of the highest is set back to it.</summary>
    private static long Idle()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Status("VmRSS");
    }

    private static long Status(string name) => long.Parse(
        File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static async Task<T> Do<TPart, T>(IServiceProvider parts, Func<TPart, Task<T>> work)
        where TPart : notnull
    {
        await using var scope = parts.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TPart>());
    }

    private static Task<bool> Do<TPart>(IServiceProvider parts, Func<TPart, Task> work)
        where TPart : notnull => Do<TPart, bool>(parts, async part =>
    {
        await work(part);
        return true;
    });
}
