using System.CommandLine;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench</c>: measures, on this machine and on real things; nothing is estimated.</summary>
internal static class Root
{
    public static Command Build() => new("bench", "Measure what Jaga does here.")
    {
        CheckSpeed.Build(),
        MediaSpeed.Build(),
        Robustness.Build(),
        LookbackBench.Build(),
    };
}
