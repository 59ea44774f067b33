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
