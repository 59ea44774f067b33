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
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (Zone.IsInvalidTime(local))
        {
            for (local = new(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0); Zone.IsInvalidTime(local);)
            {
                local = local.AddMinutes(1);
            }
        }

        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private bool Counts(DateTime local) => !Weekend.Contains(local.DayOfWeek) && !Holidays.Contains(DateOnly.FromDateTime(local));
}
