using System.CommandLine;
using System.Globalization;
using System.Text;
using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Server.Cli.Demo;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench check</c>: a server of its own with a bank of many signals, asked from another process on the same machine, beside its own empty answer.</summary>
internal static class CheckSpeed
{
    private const int Seed = 4711;
    private const int Planted = 1000;
    private const double WarmUp = 8;
    private static readonly byte[] Matched = "\"matches\":[{"u8.ToArray();

    public static Command Build()
    {
        var signals = new Option<int>("--signals") { Description = "Random PDQ signals in the bank.", DefaultValueFactory = _ => 1_000_000 };
        var seconds = new Option<double>("--seconds") { Description = "How long each row is measured.", DefaultValueFactory = _ => 6 };
        var photographs = new Option<DirectoryInfo?>("--photographs") { Description = "Photographs, to check by file too; they are made 1,024 pixels long and about 96 kB." };
        var data = new Option<string?>("--data") { Description = "The folder of the measured house; made and filled where it is not there, and then kept. Without it, a temporary one." };
        var clients = new Option<int>("--clients") { Description = "Clients at the highest load.", DefaultValueFactory = _ => 32 };
        var command = new Command("check", "Measure checks over HTTP: by hash, many hashes at once, and by photograph. Beside each the server's own empty answer.") { signals, seconds, photographs, data, clients };
        command.SetAction(async (parsed, ct) =>
        {
            var kept = parsed.GetValue(data);
            var folder = kept ?? Directory.CreateTempSubdirectory("jaga-check-").FullName;
            try
            {
                await Fill(folder, parsed.GetValue(signals), ct);
                Terminal.Table(["work", "clients", "a second", "p50 ms", "p99 ms", "cores for asking", "server µs each", "beside it"], await Measure(folder, parsed.GetValue(signals), parsed.GetValue(seconds), parsed.GetValue(clients), parsed.GetValue(photographs), ct));
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

    private static async Task Fill(string folder, int signals, CancellationToken ct)
    {
        var list = Path.Combine(folder, "signals.csv");
        if (File.Exists(list))
        {
            return;
        }

        Terminal.Remark(Say($"Filling a bank with {signals:N0} signals …"));
        Directory.CreateDirectory(folder);
        await using (var writer = new StreamWriter(list + ".part"))
        {
            await writer.WriteLineAsync("hash,algorithm,quality,entry,member");
            foreach (var (i, hash) in Hashes(signals).Index())
            {
                await writer.WriteLineAsync(Say($"{hash},pdq,90,E-{i},house"));
            }
        }

        // Watched, not held: what is measured is the check, not the desk. The rows say so.
        var made = await Child.Run(Child.Jaga, ["bank", "import", list + ".part", "--bank", "measured", "--create", "--on-match", "watch", "--label", "other", "--data", folder], ct);
        if (made.Code != 0)
        {
            throw new StepFailed($"the bank is filled: {made.Errors}");
        }

        File.Move(list + ".part", list);
    }

    private static async Task<IReadOnlyList<string[]>> Measure(string folder, int signals, double wait, int clients, DirectoryInfo? photographs, CancellationToken ct)
    {
        var key = (await Child.Run(Child.Jaga, ["people", "key", "create", "--name", "bench", "--scope", "checkItems", "--data", folder], ct)).Output.Trim().Split('\n')[^1].Trim();
        await using var server = await BenchServer.Start(folder, ct);
        var (loop, rows) = (new ClosedLoop(server.At, server.Id), new List<string[]>());

        // What runs seldom is translated badly; only what runs long shows what the server can do.
        var byHash = Queries(signals, 20_000, 0.01).Select((q, i) => Check(key, i, q)).ToList();
        byte[][] empty = [ClosedLoop.Request("GET", "/health/live", key)];
        Terminal.Remark("Warming up …");
        await loop.Run(byHash, clients, WarmUp, ct: ct);
        await loop.Run(empty, clients, WarmUp / 4, ct: ct);

        Terminal.Remark("The server's own empty answer …");
        var bare = await loop.Run(empty, clients, wait, ct: ct);
        rows.Add(Row("empty answer (GET /health/live)", clients, bare, ""));

        Terminal.Remark("Checks by hash …");
        rows.Add(Row("check by hash in a watch bank, unloaded", 1, await loop.Run(byHash, 1, wait, ct: ct), ""));
        var highest = await loop.Run(byHash, clients, wait, find: Matched, ct: ct);
        rows.Add(Row("check by hash in a watch bank, highest load", clients, highest, Say($"{highest.PerSecond / bare.PerSecond:0.00} of the empty answer; {highest.PerSecond / 392:0} × the 392 that this project measured of HMA, on another machine")));
        rows.Add(Row("check by hash in a watch bank, half of the highest load", clients, await loop.Run(byHash, clients, wait, highest.PerSecond / 2, ct: ct), ""));

        var planted = Queries(signals, Planted, 1).Select((q, i) => Check(key, i, q)).ToList();
        rows.Add(["planted near copies found", "1", "", "", "", "", "", Say($"{await loop.Once(planted, Matched, ct)} of {Planted}, at distances 0 to 31")]);

        Terminal.Remark("Many hashes at once …");
        var batches = Queries(signals, 20_000, 0.01).Chunk(500).Select(c => ClosedLoop.Request("POST", "/api/v1/match", key, "application/json",
            Encoding.ASCII.GetBytes($$"""{"hashes":[{{string.Join(',', c.Select(q => $$"""{"pdq":"{{q}}","quality":90}"""))}}]}"""))).ToList();
        var many = await loop.Run(batches, 2, wait, ct: ct);
        rows.Add(Row("match, 500 hashes a request", 2, many, Say($"{many.PerSecond * 500:N0} hashes a second")));

        if (photographs is not null)
        {
            Terminal.Remark("Checks by photograph …");
            var pictures = await Photographs.Make(photographs, ct);
            var files = pictures.Select((f, i) => Photograph(key, i, f)).ToList();
            await loop.Run(files, 2, wait, ct: ct);
            rows.Add(Row("check by photograph, unloaded", 1, await loop.Run(files, 1, wait, ct: ct), Say($"{pictures.Average(f => f.Length) / 1000:0} kB each")));
            var most = await loop.Run(files, 8, wait, ct: ct);
            rows.Add(Row("check by photograph, highest load", 8, most, Say($"{most.PerSecond / 42:0.0} × the 21 a worker, of two, that this project measured of HMA, on another machine")));
        }

        return rows;
    }

    /// <summary>The bank's hashes: always the same.</summary>
    private static IEnumerable<PdqHash> Hashes(int count)
    {
        var (random, bytes) = (new Random(Seed), new byte[PdqHash.Bytes]);
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            yield return PdqHash.FromBytes(bytes);
        }
    }

    /// <summary>Random hashes, a share of which are copies of the bank's with 0 to 31 bits turned.</summary>
    private static IEnumerable<PdqHash> Queries(int signals, int count, double near)
    {
        var (random, bytes) = (new Random(Seed + 1), new byte[PdqHash.Bytes]);
        var bank = Hashes(Math.Min(signals, Planted * 2)).ToList();
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            if (random.NextDouble() < near)
            {
                bank[random.Next(bank.Count)].ToArray().CopyTo(bytes, 0);
                foreach (var bit in Enumerable.Range(0, 256).OrderBy(_ => random.Next()).Take(i % (Bank.DefaultMaxDistance + 1)).ToList())
                {
                    bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                }
            }

            yield return PdqHash.FromBytes(bytes);
        }
    }

    private static byte[] Check(string key, int number, PdqHash hash) => ClosedLoop.Request("POST", "/api/v1/check", key, "application/json",
        Encoding.ASCII.GetBytes($$$"""{"item":{"id":"item-{{{number}}}","account":"u{{{number % 997}}}"},"hashes":{"pdq":"{{{hash}}}","quality":90}}"""));

    private static byte[] Photograph(string key, int number, byte[] file) => ClosedLoop.Request("POST", "/api/v1/check", key, "multipart/form-data; boundary=part",
    [
        .. Encoding.ASCII.GetBytes($$"""--part{{"\r\n"}}Content-Disposition: form-data; name="item"{{"\r\n\r\n"}}{"id":"photo-{{number}}","account":"u{{number % 997}}"}{{"\r\n"}}--part{{"\r\n"}}Content-Disposition: form-data; name="file"; filename="a.jpg"{{"\r\n\r\n"}}"""),
        .. file, .. "\r\n--part--\r\n"u8,
    ]);

    private static string[] Row(string work, int clients, Load load, string beside) =>
        [work, clients.ToString(CultureInfo.InvariantCulture), Say($"{load.PerSecond:0}"), Say($"{load.P50:0.00}"), Say($"{load.P99:0.00}"), Say($"{load.Cores:0.00}"), Say($"{load.Price:0}"), beside];

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
