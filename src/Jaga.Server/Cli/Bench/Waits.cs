using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jaga.Server.Cli.Bench;

/// <summary>Times single calls, and tells whose fault a long one is: getrusage(2) counts for each thread how often it waited for something and how often it was made to wait.</summary>
internal static partial class Waits
{
    private const int ThisThread = 1;
    private const int Voluntary = 16, Involuntary = 17;

    /// <summary>One call.</summary>
    /// <param name="Took">By the clock.</param>
    /// <param name="Waited">The thread waited for something of this process: a lock, a collection of garbage, a page.</param>
    /// <param name="Ousted">The system gave its processor to somebody else.</param>
    public readonly record struct Call(TimeSpan Took, bool Waited, bool Ousted);

    /// <summary>Times each of many calls on this thread.</summary>
    public static Call[] Times(int calls, Action<int> work)
    {
        var taken = new Call[calls];
        _ = getrusage(ThisThread, out var before);
        for (var i = 0; i < calls; i++)
        {
            var began = Stopwatch.GetTimestamp();
            work(i);
            var took = Stopwatch.GetElapsedTime(began);
            _ = getrusage(ThisThread, out var after);
            taken[i] = new(took, after[Voluntary] != before[Voluntary], after[Involuntary] != before[Involuntary]);
            before = after;
        }

        return taken;
    }

    /// <summary>The longest of some calls; zero if there are none.</summary>
    public static TimeSpan Longest(this IEnumerable<Call> calls) => calls.Select(c => c.Took).DefaultIfEmpty().Max();

    [LibraryImport("libc")]
    private static partial int getrusage(int who, out Usage usage);

    /// <summary>Two times of two numbers each, and fourteen counts.</summary>
    [InlineArray(18)]
    private struct Usage
    {
        private long _first;
    }
}
