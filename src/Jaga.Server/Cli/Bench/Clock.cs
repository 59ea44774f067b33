using System.Diagnostics;
using System.Globalization;

namespace Jaga.Server.Cli.Bench;

/// <summary>Times work in rounds. Between rounds, works that are to be compared take turns, so that both meet the same moods of the machine.</summary>
internal static class Clock
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(40);

    /// <summary>Times of one call.</summary>
    /// <param name="Median">Of the rounds.</param>
    /// <param name="Fastest">Of the rounds.</param>
    public readonly record struct Times(TimeSpan Median, TimeSpan Fastest);

    /// <summary>Times each of several works; a round is as many calls as take about 40 ms.</summary>
    public static Times[] Time(int rounds, params Action[] works)
    {
        var calls = works.Select(Calls).ToArray();
        var times = works.Select(_ => new List<TimeSpan>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < works.Length; i++)
            {
                times[i].Add(Once(works[i], calls[i]) / calls[i]);
            }
        }

        return [.. times.Select(t => new Times(t.Order().ElementAt(t.Count / 2), t.Min()))];
    }

    /// <summary>Times one call of a work.</summary>
    public static TimeSpan Once(Action work, int calls = 1)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            work();
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>A time as people write it.</summary>
    public static string Text(TimeSpan time) => time.TotalSeconds switch
    {
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F2} s"),
        >= 0.001 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F2} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds:F1} µs"),
    };

    /// <summary>A number with its thousands apart.</summary>
    public static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    // Also lets the compiler see the work often enough to translate it well.
    private static int Calls(Action work)
    {
        var calls = 1;
        for (var again = 0; again < 3; again++)
        {
            for (calls = 1; Once(work, calls) < Round && calls < 1 << 24; calls *= 2)
            {
            }
        }

        return calls;
    }
}
