using System.Text.Json;

namespace Jaga.Exchanges.Protocols;

/// <summary>
/// A piece of time, of which an exchange tells in pages what changed in it. A long time is read in windows that widen while little is in them, so that each is soon over
/// and the checkpoint moves on; a window that cannot be read is halved until only the part that cannot be read is left.
/// </summary>
/// <param name="From">The window's first second.</param>
/// <param name="To">Its last.</param>
/// <param name="Begin">Where the run began.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Pages">Pages read of this window.</param>
/// <param name="Next">The page of this window to be read next, in the protocol's own words; null for the first.</param>
internal sealed record TimeWindow(DateTimeOffset From, DateTimeOffset To, DateTimeOffset Begin, DateTimeOffset End, int Pages = 0, string? Next = null)
{
    /// <summary>What changed while a run was under way may have been written a little late, or by another clock: the next run begins this much earlier.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan First = TimeSpan.FromDays(30);
    private static readonly TimeSpan Widest = TimeSpan.FromDays(3650);
    private static readonly TimeSpan Narrowest = TimeSpan.FromSeconds(30);

    public bool IsLast => To >= End;

    public double Share => End <= Begin ? 1 : (To - Begin) / (End - Begin);

    public static TimeWindow Open(DateTimeOffset begin, DateTimeOffset end)
    {
        (begin, end) = (WholeSecond(begin), WholeSecond(end));
        end = end < begin ? begin : end;
        return new(begin, Sooner(begin + First, end), begin, end);
    }

    public static TimeWindow Parse(string cursor) => JsonSerializer.Deserialize<TimeWindow>(cursor, Json.Options)!;

    public override string ToString() => JsonSerializer.Serialize(this, Json.Options);

    /// <summary>The same window's next page.</summary>
    public TimeWindow At(string next) => this with { Pages = Pages + 1, Next = next };

    /// <summary>The window after this one, wider where this one was soon read; null at the end.</summary>
    public TimeWindow? After()
    {
        if (IsLast)
        {
            return null;
        }

        var span = To - From;
        span = Pages switch { <= 2 => span * 4, <= 10 => span * 2, <= 40 => span, _ => span / 2 };
        span = span > Widest ? Widest : span < Narrowest ? Narrowest : span;
        return new(To, Sooner(WholeSecond(To + span), End), Begin, End);
    }

    /// <summary>The first half of this window; null where it is too narrow to be halved.</summary>
    public TimeWindow? Half() => To - From <= Narrowest ? null : this with { To = WholeSecond(From + ((To - From) / 2)), Pages = 0, Next = null };

    /// <summary>How many seconds a second, third, … jump over what cannot be read goes: 1, 1, 60, 3,600, 86,400.</summary>
    public static long Longer(long step) => step switch { 0 => 1, 1 => 60, 60 => 3600, _ => 86_400 };

    private static DateTimeOffset Sooner(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
