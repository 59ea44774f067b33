namespace Jaga.Obligations;

/// <summary>A time during which a clock stood still; <c>Until</c> is null while it still does.</summary>
public readonly record struct Standstill(DateTimeOffset From, DateTimeOffset? Until);

/// <summary>
/// When rungs fall. Pure: the same opening, due time and pauses always give the same answer, so that no clock moves by itself;
/// only a recorded pause moves one, and by exactly its own length.
/// </summary>
public static class Clocks
{
    /// <summary>
    /// When <paramref name="percent"/> of the time between <paramref name="opened"/> and <paramref name="due"/> (as first reckoned) has run, pauses not counted;
    /// null while it stands still before that.
    /// </summary>
    /// <param name="percent">0 to 1000; 100 is the due time itself, more is after it.</param>
    /// <param name="pauses">In order of their beginning, not overlapping.</param>
    public static DateTimeOffset? At(DateTimeOffset opened, DateTimeOffset due, int percent, IEnumerable<Standstill> pauses)
    {
        // Int128: a hundred years in ticks times a thousand does not fit a long.
        var at = opened.AddTicks((long)((Int128)(due - opened).Ticks * percent / 100));
        foreach (var pause in pauses.TakeWhile(p => p.From < at))
        {
            if (pause.Until is not { } until)
            {
                return null;
            }

            at += until - pause.From;
        }

        return at;
    }
}
