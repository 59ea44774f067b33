using System.Diagnostics;
using System.Text;

namespace Jaga.Server.Cli.Demo;

/// <summary>How a program ended, and what it wrote.</summary>
internal sealed record Ended(int Code, string Output, string Errors);

/// <summary>A program that runs beside the demo and ends with it.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>Jaga's own executable, also where this process was started as <c>dotnet Jaga.Server.dll</c>.</summary>
    public static string Jaga => Path.GetFileName(Environment.ProcessPath) is "dotnet" ? Path.Combine(AppContext.BaseDirectory, "Jaga.Server") : Environment.ProcessPath!;

    /// <summary>Its process.</summary>
    public int Id => _process.Id;

    /// <summary>True once it has ended.</summary>
    public bool Ended => _process.HasExited;

    /// <summary>Starts a program whose output goes to a file.</summary>
    public static Child Start(string file, IEnumerable<string> arguments, string log, IReadOnlyDictionary<string, string>? environment = null)
    {
        // A shell, for the redirection only: a pipe that nobody reads would stop the child one day.
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", log, file, .. arguments]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Ended> Run(string file, IEnumerable<string> arguments, CancellationToken ct, string? folder = null)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder ?? "", StandardOutputEncoding = Encoding.UTF8 })!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        return new(process.ExitCode, await output, await errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
