namespace Jaga.Obligations;

/// <summary>The zone, weekend and holidays by which a regime counts days.</summary>
public sealed record BusinessCalendar(TimeZoneInfo Zone, IReadOnlySet<DayOfWeek> Weekend, IReadOnlySet<DateOnly> Holidays)
{
    /// <summary>UTC, Saturday and Sunday, no holidays.</summary>
    public static BusinessCalendar Utc { get; } = new(TimeZoneInfo.Utc, new HashSet<DayOfWeek> { DayOfWeek.Saturday, DayOfWeek.Sunday }, new HashSet<DateOnly>());

    /// <summary>
    /// The same time of day, <paramref name="days"/> business days later. What begins on a day that is not counted begins with the first minute of the next that is.
    /// </summary>
    public DateTime AddBusinessDays(DateTime local, int days)
    {
        while (!Counts(local))
        {
            local = local.Date.AddDays(1);
        }

        for (var left = days; left > 0;)
        {
            local = local.AddDays(1);
            left -= Counts(local) ? 1 : 0;
        }

        return local;
    }

    /// <summary>
    /// The moment of a local time. A time that happens twice (clocks set back) is the first of the two; one that never happens (clocks set forward) is the moment of the change:
    /// in doubt the earlier, so that nobody is late by a reading that favours them.
    /// </summary>
    public DateTimeOffset Instant(DateTime local)
    {
        // By the offsets in force at moments in UTC, which are never in doubt: what the zone's data says of local times near a change of the clocks is not right for every zone.
        var wall = new DateTimeOffset(local.Ticks, TimeSpan.Zero);
        var (before, after) = (Zone.GetUtcOffset(wall.AddDays(-1)), Zone.GetUtcOffset(wall.AddDays(1)));
        var (early, late) = (wall - Max(before, after), wall - Min(before, after));
        if (early + Zone.GetUtcOffset(early) == wall)
        {
            return early;
        }

        return late + Zone.GetUtcOffset(late) == wall ? late : Change(early, late);
    }

    // The first moment after `from`, to the second, at which the clocks show something else than they would have.
    private DateTimeOffset Change(DateTimeOffset from, DateTimeOffset until)
    {
        from = from.AddTicks(-(from.Ticks % TimeSpan.TicksPerSecond));
        var was = Zone.GetUtcOffset(from);
        for (var left = (long)(until - from).TotalSeconds; left > 1;)
        {
            var half = left / 2;
            (from, left) = Zone.GetUtcOffset(from.AddSeconds(half)) == was ? (from.AddSeconds(half), left - half) : (from, half);
        }

        return from.AddSeconds(1);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private bool Counts(DateTime local) => !Weekend.Contains(local.DayOfWeek) && !Holidays.Contains(DateOnly.FromDateTime(local));
}
