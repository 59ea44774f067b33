using System.Collections.Concurrent;
using System.Diagnostics;
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
        new("dotnet", [typeof(App).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, Environment = { ["Jaga__Console__Warm"] = "false" } };

    /// <summary>Starts it on a port of its own finding, and waits until it says where it listens.</summary>
    /// <param name="data">Its folder; null where the settings say it, and where it listens.</param>
    /// <param name="settings">Settings below <c>Jaga:</c>, e.g. <c>("Worker:Parallel", "2")</c>, or variables of ASP.NET's own.</param>
    public static async Task<ServerProcess> Start(string? data, params (string Key, string Value)[] settings)
    {
        const string Listens = "Jaga listens at ";
        var command = data is null ? Command("up") : Command("up", "--data", data, "--urls", "http://127.0.0.1:0");
        foreach (var (key, value) in settings)
        {
            command.Environment[key.StartsWith("ASPNETCORE_", StringComparison.Ordinal) ? key : "Jaga__" + key.Replace(":", "__")] = value;
        }

        var process = Process.Start(command)!;
        process.StandardInput.Close();
        var (said, address) = (new ConcurrentQueue<string>(), new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously));
        process.OutputDataReceived += (_, line) => Hear(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => Hear(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Task.WhenAny(address.Task, process.WaitForExitAsync());
        return address.Task.IsCompleted ? new(process, await address.Task) : throw new InvalidOperationException($"The server ended with {process.ExitCode}: {string.Join('\n', said)}");

        void Hear(string line)
        {
            said.Enqueue(line);
            if (line.StartsWith(Listens, StringComparison.Ordinal))
            {
                address.TrySetResult(new(line[Listens.Length..]));
            }
        }
    }

#pragma warning disable RS0030 // A test's own client, disposed with the test.
    public HttpClient Client() => new() { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
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

    /// <summary>Looks until <paramref name="condition"/> holds, at most <paramref name="looks"/> times: five minutes and more, for machines that have much else to do.</summary>
    public static async Task Until(Func<Task<bool>> condition, string what, int looks = 6000)
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
