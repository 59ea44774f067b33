using System.Diagnostics;
using System.Net.Sockets;
using Jaga.Server;

namespace Jaga.Tests.Support;

/// <summary>The real server in a process of its own, which can be killed at any instruction.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>The command that runs Jaga: its executable, as built.</summary>
    public static ProcessStartInfo Command(params string[] args) =>
        new("dotnet", [typeof(App).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, Environment = { ["DOTNET_TieredPGO"] = "0" } };

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<ServerProcess> Start(string data, int port, params (string Key, string Value)[] settings)
    {
        var command = Command("up", "--data", data, "--urls", $"http://127.0.0.1:{port}");
        foreach (var (key, value) in settings)
        {
            command.Environment["Jaga__" + key.Replace(":", "__")] = value;
        }

        var process = Process.Start(command)!;
        process.StandardInput.Close();
        var said = new List<string>();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, new($"http://127.0.0.1:{port}"));
        using var client = server.Client();
        for (var tries = 0; tries < 600; tries++)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {process.ExitCode}: {string.Join('\n', said)}");
            }

            try
            {
                using var live = await client.GetAsync("/health/live");
                if (live.IsSuccessStatusCode)
                {
                    return server;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or OperationCanceledException)
            {
                // Not up yet.
            }

            await Poll.Pause();
        }

        await server.DisposeAsync();
        throw new InvalidOperationException("The server did not come up: " + string.Join('\n', said));

        void Keep(string? line)
        {
            lock (said)
            {
                said.Add(line ?? "");
            }
        }
    }

#pragma warning disable RS0030 // A test's own client, disposed with the test.
    public HttpClient Client() => new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
#pragma warning restore RS0030

    /// <summary>kill -9: no goodbye.</summary>
    public async Task Kill()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Kill();
        }

        _process.Dispose();
    }

    /// <summary>A port nobody listens on.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>Waits for something to become true, a bounded number of times.</summary>
public static class Poll
{
    /// <summary>A short breath between two looks at the outside world; never a substitute for the look.</summary>
    public static async Task Pause()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        await timer.WaitForNextTickAsync();
    }

    /// <summary>Looks until <paramref name="condition"/> holds, at most <paramref name="looks"/> times.</summary>
    public static async Task Until(Func<Task<bool>> condition, string what, int looks = 1200)
    {
        for (var i = 0; i < looks; i++)
        {
            if (await condition())
            {
                return;
            }

            await Pause();
        }

        Assert.Fail($"It never came true: {what}");
    }
}
