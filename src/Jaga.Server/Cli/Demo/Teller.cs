using System.Diagnostics;
using System.Globalization;

namespace Jaga.Server.Cli.Demo;

/// <summary>A step did not do what it says; the text is what was expected.</summary>
internal sealed class StepFailed(string expected) : Exception(expected);

/// <summary>Tells the story in a few lines, and holds every claim against what happened.</summary>
internal sealed class Teller
{
    private long _began = Stopwatch.GetTimestamp();

    /// <summary>The step that is being told.</summary>
    public string Step { get; private set; } = "the beginning";

    /// <summary>Claims that held.</summary>
    public int Held { get; private set; }

    /// <summary>Begins a step.</summary>
    public void Begin(int number, string title)
    {
        (Step, _began) = ($"{number}. {title}", Stopwatch.GetTimestamp());
        Console.WriteLine();
        Console.WriteLine($"{Step}");
    }

    /// <summary>Tells something that happened.</summary>
    public static void Say(FormattableString what) => Console.WriteLine("   " + Words(what));

    /// <summary>Tells something that must be so.</summary>
    /// <exception cref="StepFailed">It is not.</exception>
    public void Check(bool holds, FormattableString claim)
    {
        if (!holds)
        {
            throw new StepFailed(Words(claim));
        }

        Held++;
        Console.WriteLine(" ✓ " + Words(claim));
    }

    /// <summary>Looks until something is so, for at most a time.</summary>
    /// <exception cref="StepFailed">It did not come to be.</exception>
    public async Task Wait(Func<Task<bool>> holds, TimeSpan most, FormattableString claim, CancellationToken ct)
    {
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(began) > most)
            {
                throw new StepFailed($"{Words(claim)} (not within {most.TotalSeconds:N0} s)");
            }

            await often.WaitForNextTickAsync(ct);
        }

        Held++;
        Console.WriteLine(" ✓ " + Words(claim));
    }

    /// <summary>Ends a step with its time.</summary>
    public void End() => Say($"({Stopwatch.GetElapsedTime(_began).TotalSeconds:N1} s)");

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
