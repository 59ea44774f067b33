using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Jaga.Hashing;
using Jaga.Server.Cli.Demo;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench start</c>: how long the server takes to be ready, as a process of its own, and what memory it then has in use: empty, and with many signals.</summary>
internal static class StartSpeed
{
    private const int Seed = 20261122;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);
    private static readonly DigestAlgorithm[] Algorithms = Enum.GetValues<DigestAlgorithm>();

    public static Command Build()
    {
        var size = new Option<string>("--size") { Description = "Signals, half of them PDQ hashes, half digests of three kinds: 10m.", DefaultValueFactory = _ => "10m" };
        var rounds = new Option<int>("--rounds") { Description = "Starts of each kind; the median counts.", DefaultValueFactory = _ => 3 };
        var data = new Option<string?>("--data") { Description = "The folder of the measured house; made and filled where it is not there, and then kept. Without it, a temporary one. 400 bytes of disk for each signal." };
        var command = new Command("start", "Measure the server's start, from its process to /health/ready, and its memory when it has nothing to do.") { size, rounds, data };
        command.SetAction(async (parsed, ct) =>
        {
            if (Plan.ReadSizes(parsed.GetValue(size)!) is not [var signals])
            {
                Terminal.Remark($"--size takes one number such as 10m, not {parsed.GetValue(size)}.");
                return Terminal.Failed;
            }

            var kept = parsed.GetValue(data);
            var folder = kept ?? Directory.CreateTempSubdirectory("jaga-start-").FullName;
            try
            {
                Terminal.Table(["the server", "ready after", "memory, 10 s later", "of it files, mapped", "its decoders"], await Measure(folder, signals, Math.Max(1, parsed.GetValue(rounds)), ct));
                return Terminal.Done;
            }
            catch (StepFailed failed)
            {
                Terminal.Remark(failed.Message);
                return Terminal.Failed;
            }
            finally
            {
                if (kept is null)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        });
        return command;
    }

    private static async Task<IReadOnlyList<string[]>> Measure(string folder, int signals, int rounds, CancellationToken ct)
    {
        var (empty, full) = (Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName, Directory.CreateDirectory(Path.Combine(folder, $"with-{signals}")).FullName);
        await Once(empty, ct); // makes its database
        var rows = new List<string[]> { await Row("with no signals", rounds, () => Once(empty, ct)) };
        await Fill(full, signals, ct);
        var snapshots = Path.Combine(full, "matching");
        rows.Add(await Row($"with {Clock.Text(signals)}, all read from the database", 1, async () =>
        {
            Forget(snapshots);
            return await Once(full, ct, () => Directory.Exists(snapshots) && Directory.EnumerateDirectories(snapshots).Any(s => !Path.GetFileName(s).StartsWith("writing", StringComparison.Ordinal)));
        }));
        rows.Add(await Row($"with {Clock.Text(signals)}, from its snapshot", rounds, () => Once(full, ct)));
        return rows;
    }

    private static async Task<string[]> Row(string what, int rounds, Func<Task<Start>> start)
    {
        var starts = new List<Start>();
        for (var round = 0; round < rounds; round++)
        {
            Terminal.Remark($"{what}: {round + 1} of {rounds} …");
            starts.Add(await start());
        }

        var middle = starts.OrderBy(s => s.Ready).ElementAt(rounds / 2);
        return [what, Clock.Text(middle.Ready), Megabytes(middle.Memory.All), Megabytes(middle.Memory.Mapped), Megabytes(middle.Decoders)];
    }

    /// <summary>Starts a server, waits for what is asked and then until it has settled, and ends it.</summary>
    private static async Task<Start> Once(string folder, CancellationToken ct, Func<bool>? also = null)
    {
        var (port, log) = (BenchServer.FreePort(), Path.Combine(folder, "server.log"));
        using var asking = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
        var began = Stopwatch.GetTimestamp();
        await using var server = Child.Start(Child.Jaga, ["up", "--data", folder, "--urls", asking.BaseAddress.ToString()], log);
        await Until(server, async () => await IsReady(asking, ct), log, ct);
        var ready = Stopwatch.GetElapsedTime(began);
        await Until(server, () => Task.FromResult(also?.Invoke() ?? true), log, ct);
        await Task.Delay(Settled, ct);
        return new(ready, BenchServer.InMemory(server.Id), Machine.Children(server.Id).Sum(c => BenchServer.InMemory(c).All));
    }

    private static async Task Until(Child server, Func<Task<bool>> there, string log, CancellationToken ct)
    {
        while (!await there())
        {
            if (server.Ended)
            {
                throw new StepFailed($"the server starts: {await File.ReadAllTextAsync(log, ct)}");
            }

            await Task.Delay(10, ct);
        }
    }

    private static async Task<bool> IsReady(HttpClient asking, CancellationToken ct)
    {
        try
        {
            using var answer = await asking.GetAsync(new Uri("/health/ready", UriKind.Relative), ct);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false; // nobody listens yet, or has no time to answer
        }
    }

    private static async Task Fill(string folder, int signals, CancellationToken ct)
    {
        var filled = Path.Combine(folder, "filled");
        if (File.Exists(filled))
        {
            return;
        }

        Terminal.Remark($"Filling a bank with {Clock.Text(signals)} signals …");
        var list = Path.Combine(folder, "signals.csv");
        await using (var writer = new StreamWriter(list))
        {
            await writer.WriteLineAsync("hash,algorithm,entry,member");
            foreach (var line in Lines(signals))
            {
                await writer.WriteLineAsync(line);
            }
        }

        var made = await Child.Run(Child.Jaga, ["bank", "import", list, "--bank", "measured", "--create", "--on-match", "watch", "--label", "other", "--data", folder], ct);
        if (made.Code != 0)
        {
            throw new StepFailed($"the bank is filled: {made.Errors}");
        }

        File.Delete(list);
        await File.WriteAllTextAsync(filled, "", ct);
    }

    // Each kind in order: the store then writes its index from one end to the other, which is not what is measured here.
    private static IEnumerable<string> Lines(int signals)
    {
        var (random, bytes) = (new Random(Seed), new byte[PdqHash.Bytes]);
        for (var kind = -1; kind < Algorithms.Length; kind++)
        {
            var (count, length, word) = kind < 0
                ? (signals - (signals / 6 * 3), PdqHash.Bytes, "pdq")
                : (signals / 6, Digest.LengthOf(Algorithms[kind]), Algorithms[kind].ToString().ToLowerInvariant());
            for (var i = 0L; i < count; i++)
            {
                random.NextBytes(bytes);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)((i << 32) / count));
                yield return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(bytes.AsSpan(0, length))},{word},E-{i},house");
            }
        }
    }

    private static void Forget(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB");

    private readonly record struct Start(TimeSpan Ready, (long All, long Mapped) Memory, long Decoders);
}
