using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jaga.Server.Cli.Bench;

/// <summary>What the machine is, without which no figure says anything.</summary>
internal static class Machine
{
    public static IEnumerable<Result> Describe() =>
    [
        new("processor", Processor(), Instructions()),
        new("processors that may be used", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
        new("memory that may be used", Gigabytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)),
        new("system", RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription),
    ];

    /// <summary>What else ran meanwhile: figures of a machine that was not alone are too slow.</summary>
    public static IEnumerable<Result> HowQuiet() => File.Exists("/proc/loadavg")
        ? [new("load of the machine during the last minute", File.ReadAllText("/proc/loadavg").Split(' ')[0], "this measurement alone would be at most the number of processors")]
        : [];

    /// <summary>Memory that this process has in use, as the system counts it, once what is not needed is given back.</summary>
    public static long InUse()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }

    /// <summary>The processes that a process has started, whichever of its threads did (proc(5)).</summary>
    public static IEnumerable<int> Children(int process) => Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task"))
        .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    /// <summary>Seconds of processor that a process and its children have used, in the kernel too, those that ended included; 0 for no process.</summary>
    public static double Spent(int process) => process == 0 ? 0 : Children(process).Append(process).Sum(one =>
    {
        try
        {
            // What stands in brackets may hold blanks; four words from the 12th behind it are hundredths of seconds: its own, and those of children that ended.
            var words = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{one}/stat")).Split(") ")[^1].Split(' ');
            return words[11..15].Sum(w => long.Parse(w, CultureInfo.InvariantCulture)) / 100.0;
        }
        catch (IOException)
        {
            return 0; // it has just ended
        }
    });

    public static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB");

    private static string Processor()
    {
        const string cpus = "/proc/cpuinfo";
        var lines = File.Exists(cpus) ? File.ReadLines(cpus) : [];
        return lines.FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Instructions() => string.Join(' ', new (string Name, bool There)[]
    {
        ("AVX-512", Avx512BW.IsSupported), ("AVX2", Avx2.IsSupported), ("SSE4.2", Sse42.IsSupported), ("POPCNT", Popcnt.IsSupported), ("NEON", AdvSimd.IsSupported),
    }.Where(i => i.There).Select(i => i.Name));
}
