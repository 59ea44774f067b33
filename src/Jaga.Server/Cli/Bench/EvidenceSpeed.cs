using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Jaga.Evidence;
using Jaga.Evidence.Backups;
using Jaga.Kernel;
using Jaga.Referrals.CyberTip;
using Jaga.Server.Sandbox;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench evidence</c>: how fast evidence is sealed, scrubbed, uploaded, exported and backed up, in which memory, beside <c>sha256sum</c> and <c>gpg</c> on the same machine and the same bytes.</summary>
internal static class EvidenceSpeed
{
    private const long Mebi = 1024 * 1024;

    public static Command Build()
    {
        var size = new Option<string>("--size") { Description = "Bytes of evidence in all: 500m, 10g. As much again of disk is needed.", DefaultValueFactory = _ => "2g" };
        var largest = new Option<string>("--largest") { Description = "Bytes of one file at most: 4g.", DefaultValueFactory = _ => "4g" };
        var data = new Option<string?>("--data") { Description = "Where to work, in a folder of its own that is removed afterwards. Default: the temporary folder." };
        var command = new Command("evidence", "Measure sealing, scrub, upload, export and backup, and the memory they take, beside sha256sum and gpg.") { size, largest, data };
        command.SetAction(async (parsed, ct) =>
        {
            if (Bytes(parsed.GetValue(size)!) is not { } all || Bytes(parsed.GetValue(largest)!) is not { } most || all < Mebi || most < Mebi)
            {
                Terminal.Remark("--size and --largest take numbers such as 500m or 10g, of at least 1m.");
                return Terminal.Failed;
            }

            var folder = parsed.GetValue(data) is { } under ? Directory.CreateDirectory(Path.Combine(under, Path.GetRandomFileName())).FullName : Directory.CreateTempSubdirectory("jaga-evidence-").FullName;
            try
            {
                Terminal.Table(["what", "MiB/s", "s", "most memory until then"], await Measure(folder, all, most, ct));
                return Terminal.Done;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    /// <summary>A number of bytes as people write it; null if it is none.</summary>
    internal static long? Bytes(string text) => text.Length > 1 && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1_000_000
        ? char.ToLowerInvariant(text[^1]) switch { 'm' => number * Mebi, 'g' => number * Mebi * 1024, _ => null }
        : null;

    private static async Task<List<string[]>> Measure(string folder, long all, long largest, CancellationToken ct)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Jaga:Storage:Data"] = folder, ["Jaga:Worker:Enabled"] = "false", ["Jaga:Evidence:MaxObjectBytes"] = largest.ToString(CultureInfo.InvariantCulture) }).Build();
        await using var provider = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddJaga(configuration.GetSection("Jaga")).BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        var (parts, me, rows) = (scope.ServiceProvider, Actor.System("bench"), new List<string[]>());
        var (db, vault) = (parts.GetRequiredService<Db>(), parts.GetRequiredService<Vault>());
        await db.Migrate(ct);

        var objects = new List<Id<VaultObject>>();
        await Timed("seal: three digests, AES-256-GCM, on disk", async () =>
        {
            for (var left = all; left > 0; left -= Math.Min(left, largest))
            {
                var put = await vault.Put(new Noise(Math.Min(left, largest), seed: left), ct);
                await using var transaction = await db.Begin(ct);
                objects.Add((await transaction.Commit(await vault.Keep(put, "application/octet-stream", new("item", $"{left}"), me, "bench", null, ct), ct)).Id);
            }
        });
        Id<Exhibit> exhibit;
        await using (var transaction = await db.Begin(ct))
        {
            exhibit = (await transaction.Commit(await parts.GetRequiredService<Exhibits>().Seal(new("case", "bench"), objects, new { Bench = true }, "house.keep-evidence", TimeSpan.FromDays(1), me, "bench", ct), ct)).Id;
        }

        await Timed("scrub: every byte opened", async () =>
        {
            foreach (var blob in await db.VaultBlobs.AsNoTracking().ToListAsync(ct))
            {
                var (state, sentence) = await vault.Check(blob, ct);
                _ = state is BlobState.Whole ? state : throw new InvalidOperationException(sentence);
            }
        });
        await Timed("upload: opened, sent to a sandbox of NCMEC in the same process, MD5 compared", () => Upload(parts, me, ct));
        await Timed("export: opened, SHA-256 and SHA-512, a bag", async () =>
        {
            await using var tar = new TarBag(Stream.Null, "bench");
            await parts.GetRequiredService<ExportBag>().Run(exhibit, me, "bench", _ => tar, ct);
        });
        await Timed("backup: encrypted a second time", () => parts.GetRequiredService<TakeBackup>().Run(Stream.Null, BackupSecret.KeyFile(new byte[32]), withMasterKey: false, _ => { }, ct));

        var files = Directory.GetFiles(Path.Combine(folder, "vault"), "*", SearchOption.AllDirectories);
        await Timed("beside it: sha256sum", () => Outside("sha256sum", ["--", .. files], ct));
        var home = Directory.CreateDirectory(Path.Combine(folder, "gpg"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        await Timed("beside it: gpg --symmetric (AES256)", async () =>
        {
            foreach (var file in files)
            {
                await Outside("gpg", ["--homedir", home, "--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "bench", "--symmetric", "--cipher-algo", "AES256", "--compress-algo", "none", "--output", "/dev/null", file], ct);
            }
        });
        return rows;

        async Task Timed(string what, Func<Task> work)
        {
            Terminal.Remark($"{what} …");
            var began = Stopwatch.GetTimestamp();
            try
            {
                await work();
            }
            catch (System.ComponentModel.Win32Exception)
            {
                rows.Add([what, "not installed", "", ""]);
                return;
            }

            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            rows.Add([what, (all / (double)Mebi / seconds).ToString("N0", CultureInfo.InvariantCulture), seconds.ToString("N1", CultureInfo.InvariantCulture), Peak()]);
        }
    }

    // Over a socket of this machine; the sandbox keeps nothing but the digest.
    private static async Task Upload(IServiceProvider parts, Actor me, CancellationToken ct)
    {
        await using var ncmec = await CyberTipSandbox.Start(TimeProvider.System);
        ncmec.Reports[1] = new(1, new(new XElement("report")), TimeProvider.System.GetUtcNow());
        var (link, client, vault) = (new TipLink(ncmec.Address, ncmec.Credentials.User, ncmec.Credentials.Password, AllowPrivate: true), parts.GetRequiredService<TipClient>(), parts.GetRequiredService<Vault>());
        foreach (var kept in await parts.GetRequiredService<Db>().VaultObjects.AsNoTracking().ToListAsync(ct))
        {
            await using var bytes = await vault.Open(kept.Id, me, "bench", ct);
            var call = await client.Upload(link, 1, "file", kept.Length, bytes, ct);
            _ = call.Answer.Md5 == kept.Md5 ? call : throw new InvalidOperationException($"NCMEC's sandbox answered {call.Told}.");
        }
    }

    // The most that the process ever had in memory, as the system counts it.
    private static string Peak() => File.Exists("/proc/self/status") && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
        ? $"{long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024} MiB"
        : "?";

    private static async Task Outside(string program, string[] arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        _ = process.ExitCode == 0 ? 0 : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    /// <summary>Bytes that look like chance, different for each seed, made faster than anybody can hash them.</summary>
    private sealed class Noise : Stream
    {
        private readonly byte[] _block = new byte[Mebi];
        private readonly long _length;
        private long _at;

        public Noise(long length, long seed)
        {
            _length = length;
            new Random(unchecked((int)(seed ^ (seed >> 32)))).NextBytes(_block);
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _length;

        public override long Position { get => _at; set => throw new NotSupportedException("Read once, in order."); }

        public override int Read(Span<byte> buffer)
        {
            var from = (int)(_at % Mebi);
            var some = (int)Math.Min(Math.Min(buffer.Length, Mebi - from), _length - _at);
            _block.AsSpan(from, some).CopyTo(buffer);
            _at += some;
            return some;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Read once, in order.");

        public override void SetLength(long value) => throw new NotSupportedException("Only read.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only read.");

        public override void Flush()
        {
        }
    }
}
