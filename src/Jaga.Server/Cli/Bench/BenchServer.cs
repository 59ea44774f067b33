using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Jaga.Server.Cli.Demo;

namespace Jaga.Server.Cli.Bench;

/// <summary>The product as a process of its own, on a folder that was made for a measurement.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly Child _process;

    private BenchServer(Child process, IPEndPoint at) => (_process, At) = (process, at);

    /// <summary>Where it listens, on this machine only.</summary>
    public IPEndPoint At { get; }

    /// <summary>Its process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Its memory now, in bytes.</summary>
    public long Memory => InMemory(_process.Id).All;

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <param name="settings">As <c>Room:Name</c>, for this server alone.</param>
    /// <exception cref="StepFailed">It does not come up within a minute.</exception>
    public static async Task<BenchServer> Start(string folder, CancellationToken ct, params IReadOnlyList<(string Name, string Value)> settings)
    {
        var (at, log) = (new IPEndPoint(IPAddress.Loopback, FreePort()), Path.Combine(folder, "server.log"));
        var server = new BenchServer(Child.Start(Child.Jaga, ["up", "--data", folder, "--urls", $"http://{at}", .. settings.Select(s => $"--Jaga:{s.Name}={s.Value}")], log), at);
        try
        {
            await server.Ready(log, ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it has done what it does by itself after its start, for a minute at most, and answers how long that took.</summary>
    public async Task<TimeSpan> Rest(CancellationToken ct)
    {
        const double busy = 0.02;
        var (began, idle, spent) = (Stopwatch.GetTimestamp(), 0, Machine.Spent(Id));
        while (idle < 4 && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(250, ct);
            var now = Machine.Spent(Id);
            (idle, spent) = (now - spent > busy ? 0 : idle + 1, now);
        }

        return Stopwatch.GetElapsedTime(began) - TimeSpan.FromSeconds(1);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>A port that nobody listens at.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What a process has in memory, in bytes, and how much of it are files (proc(5): VmRSS, RssFile).</summary>
    public static (long All, long Mapped) InMemory(int process)
    {
        var lines = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"));
        return (Of("VmRSS:"), Of("RssFile:"));

        long Of(string name) => 1024 * long.Parse(lines.First(l => l.StartsWith(name, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private async Task Ready(string log, CancellationToken ct)
    {
        byte[][] asked = [ClosedLoop.Request("GET", "/health/ready")];
        for (var tries = 0; tries < 600 && !_process.Ended; tries++)
        {
            try
            {
                await new ClosedLoop(At).Once(asked, "200"u8.ToArray(), ct);
                return;
            }
            catch (Exception notYet) when (notYet is SocketException or IOException)
            {
                await Task.Delay(100, ct);
            }
        }

        throw new StepFailed($"the server starts: {await File.ReadAllTextAsync(log, ct)}");
    }
}
