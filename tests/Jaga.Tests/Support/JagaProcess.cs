using System.Diagnostics;

namespace Jaga.Tests.Support;

/// <summary>The product as people start it: a process of its own, its output in pipes.</summary>
internal static class JagaProcess
{
    public sealed record Result(int Exit, string Output, string Errors)
    {
        /// <summary>The lines of standard output.</summary>
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs <c>jaga</c> with these arguments in <paramref name="folder"/> to its end.</summary>
    public static async Task<Result> Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Jaga.Server.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await errors);
    }
}
