using FsCheck;
using FsCheck.Fluent;
using Jaga.Obligations;

namespace Jaga.Tests.Obligations;

public sealed class ClocksTests
{
    private static readonly string[] Zones = ["UTC", "Asia/Jakarta", "Asia/Jayapura", "Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca"];

    private static readonly Gen<DateTimeOffset> Moments = Gen.Choose(0, int.MaxValue).Select(minutes => new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(minutes / 5.0));
    private static readonly Gen<TimeZoneInfo> SomeZone = Gen.Elements(Zones).Select(TimeZoneInfo.FindSystemTimeZoneById);

    [Theory]
    [InlineData("PT4H", "2026-03-29T00:30:00Z", "Europe/Brussels", "2026-03-29T04:30:00Z")]
    [InlineData("P1D", "2026-03-28T11:00:00Z", "Europe/Brussels", "2026-03-29T10:00:00Z")]
    [InlineData("PT24H", "2026-03-28T11:00:00Z", "Europe/Brussels", "2026-03-29T11:00:00Z")]
    [InlineData("P1D", "2026-10-24T10:00:00Z", "Europe/Brussels", "2026-10-25T11:00:00Z")]
    [InlineData("P5D", "2026-03-01T17:30:00Z", "Asia/Jakarta", "2026-03-06T17:30:00Z")]
    [InlineData("P1Y", "2028-02-29T12:00:00Z", "UTC", "2029-02-28T12:00:00Z")]
    [InlineData("P6M", "2026-08-31T12:00:00Z", "UTC", "2027-02-28T12:00:00Z")]
    [InlineData("P2W", "2026-01-01T00:00:00Z", "UTC", "2026-01-15T00:00:00Z")]

    // 02:30 does not exist on that morning: the moment of the change counts.
    [InlineData("P1D", "2026-03-28T01:30:00Z", "Europe/Brussels", "2026-03-29T01:00:00Z")]

    // 02:30 comes twice on that morning: the first counts.
    [InlineData("P1D", "2026-10-24T00:30:00Z", "Europe/Brussels", "2026-10-25T00:30:00Z")]
    public void A_duration_is_read_in_its_zone(string due, string from, string zone, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), Clock(due, zone).After(DateTimeOffset.Parse(from)));

    [Theory]
    [InlineData("P1D", "2026-03-06T03:00:00Z", "2026-03-09T03:00:00Z")]
    [InlineData("P3D", "2026-03-04T03:00:00Z", "2026-03-09T03:00:00Z")]
    [InlineData("P1D", "2026-03-07T03:00:00Z", "2026-03-09T17:00:00Z")]
    [InlineData("P1D", "2026-03-18T03:00:00Z", "2026-03-20T03:00:00Z")]
    public void Business_days_leave_out_weekends_and_holidays_in_jakarta(string due, string from, string expected)
    {
        var calendar = BusinessCalendar.Utc with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Jakarta"), Holidays = new HashSet<DateOnly> { new(2026, 3, 19) } };
        Assert.Equal(DateTimeOffset.Parse(expected), LegalClock.Parse(due, CountedDays.Business, calendar).After(DateTimeOffset.Parse(from)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("24H")]
    [InlineData("PT24")]
    [InlineData("PT0S")]
    [InlineData("P-1D")]
    [InlineData("P1.5D")]
    [InlineData("P101Y")]
    [InlineData(" PT1H")]
    [InlineData("PT1H\n")]
    public void What_is_no_duration_is_refused(string text) => Assert.Throws<FormatException>(() => LegalClock.Parse(text, CountedDays.Calendar, BusinessCalendar.Utc));

    [Fact]
    public void What_is_due_is_always_later_than_its_beginning_and_always_the_same() => Check(
        from moment in Moments
        from zone in SomeZone
        from days in Gen.Choose(0, 400)
        from hours in Gen.Choose(1, 100)
        from counted in Gen.Elements(CountedDays.Calendar, CountedDays.Business)
        select (moment, clock: LegalClock.Parse(days == 0 ? $"PT{hours}H" : $"P{days}DT{hours}H", counted, BusinessCalendar.Utc with { Zone = zone })),
        x => x.clock.After(x.moment) > x.moment && x.clock.After(x.moment) == x.clock.After(x.moment.ToOffset(TimeSpan.FromHours(9))));

    // Where the calendar folds, an hour comes twice: of two who begin in it, the later may be due first, by less than that hour.
    [Fact]
    public void Who_begins_later_is_never_due_earlier_but_for_the_hour_that_comes_twice() => Check(
        from moment in Moments
        from later in Gen.Choose(0, 60 * 24 * 10)
        from zone in SomeZone
        from days in Gen.Choose(1, 40)
        from counted in Gen.Elements(CountedDays.Calendar, CountedDays.Business)
        select (moment, later: moment.AddMinutes(later), clock: LegalClock.Parse($"P{days}D", counted, BusinessCalendar.Utc with { Zone = zone })),
        x => x.clock.After(x.later) > x.clock.After(x.moment) - TimeSpan.FromHours(1));

    [Fact]
    public void Calendar_days_differ_from_that_many_times_24_hours_only_by_the_change_of_the_clocks() => Check(
        from moment in Moments
        from zone in SomeZone
        from days in Gen.Choose(1, 400)
        select (moment, days, clock: LegalClock.Parse($"P{days}D", CountedDays.Calendar, BusinessCalendar.Utc with { Zone = zone })),
        x => (x.clock.After(x.moment) - x.moment.AddDays(x.days)).Duration() <= TimeSpan.FromHours(1));

    [Fact]
    public void The_clocks_of_every_regime_hold_in_every_time_zone_across_every_change_of_the_clocks()
    {
        var clocks = new Regimes(new()).All.SelectMany(r => r.Clauses).Select(c => (c.Due.Text, c.Due.Counted)).Distinct().ToList();
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones().DistinctBy(z => string.Join(' ', Changes(z).Select(c => $"{c:O}{z.GetUtcOffset(c)}").Prepend($"{z.BaseUtcOffset}"))))
        {
            var calendar = BusinessCalendar.Utc with { Zone = zone };
            foreach (var (text, counted) in clocks)
            {
                var clock = LegalClock.Parse(text, counted, calendar);
                foreach (var change in Changes(zone).SelectMany(c => new[] { c, clock.Months == 0 ? c.AddDays(-clock.Days) - clock.Exact : c.AddMonths(-clock.Months) }))
                {
                    var (last, moved) = (DateTimeOffset.UnixEpoch, TimeSpan.FromHours(3));
                    foreach (var minutes in new[] { -1500, -61, -1, 0, 1, 29, 61, 1500 })
                    {
                        var (from, due) = (change.AddMinutes(minutes), clock.After(change.AddMinutes(minutes)));

                        // In the hour (in Antarctica/Troll: the two hours) that comes twice, who begins in its second half may be due before who began in its first: the same time of day, by the wall clock.
                        // And half a year after the 31st is the 28th, also for who begins a little later.
                        Assert.True(due > from && due >= last - (clock.Months > 0 ? TimeSpan.FromDays(3) : TimeSpan.FromHours(2)), $"{zone.Id} {text} from {from:u}: {due:u}");
                        Assert.True(clock.Days + clock.Months > 0 || due == from + clock.Exact, $"{zone.Id} {text} from {from:u}: {due:u}");
                        Assert.True(clock.Months > 0 || counted is CountedDays.Business || (due - from - TimeSpan.FromDays(clock.Days) - clock.Exact).Duration() <= moved, $"{zone.Id} {text} from {from:u}: {due:u}");
                        last = due;
                    }
                }
            }
        }
    }

    [Fact]
    public void A_rung_moves_only_by_pauses_and_by_exactly_their_length() => Check(
        from moment in Moments
        from minutes in Gen.Choose(1, 100_000)
        from percent in Gen.Choose(0, 400)
        from gaps in Gen.Choose(1, 20_000).ListOf(6)
        select (opened: moment, due: moment.AddMinutes(minutes), percent, pauses: Pauses(moment, [.. gaps])),
        x =>
        {
            var bare = Clocks.At(x.opened, x.due, x.percent, [])!.Value;
            var moved = Clocks.At(x.opened, x.due, x.percent, x.pauses)!.Value;

            // Running time, counted the other way round: what has passed at the rung, less what stood still before it, is its share of the time.
            var stood = x.pauses.Where(p => p.From < moved).Aggregate(TimeSpan.Zero, (sum, p) => sum + (p.Until!.Value - p.From));
            return moved == bare + stood && moved >= bare;
        });

    [Fact]
    public void Rungs_stay_in_order_whatever_is_paused() => Check(
        from moment in Moments
        from minutes in Gen.Choose(1, 100_000)
        from low in Gen.Choose(0, 400)
        from more in Gen.Choose(0, 400)
        from gaps in Gen.Choose(1, 20_000).ListOf(6)
        select (opened: moment, due: moment.AddMinutes(minutes), low, high: low + more, pauses: Pauses(moment, [.. gaps])),
        x => Clocks.At(x.opened, x.due, x.low, x.pauses) <= Clocks.At(x.opened, x.due, x.high, x.pauses));

    [Fact]
    public void A_clock_that_stands_still_has_no_next_rung()
    {
        var opened = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        Standstill[] pauses = [new(opened.AddHours(1), null)];
        Assert.Null(Clocks.At(opened, opened.AddHours(10), 50, pauses));
        Assert.Equal(opened.AddHours(1), Clocks.At(opened, opened.AddHours(10), 10, pauses));
    }

    // The changes of a zone's clocks in three years, to the minute.
    private static IEnumerable<DateTimeOffset> Changes(TimeZoneInfo zone)
    {
        var day = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (; day.Year < 2027; day = day.AddDays(1))
        {
            if (zone.GetUtcOffset(day) != zone.GetUtcOffset(day.AddDays(1)))
            {
                yield return Enumerable.Range(1, 1440).Select(m => day.AddMinutes(m)).First(m => zone.GetUtcOffset(m) != zone.GetUtcOffset(day));
            }
        }
    }

    private static List<Standstill> Pauses(DateTimeOffset from, List<int> minutes)
    {
        var pauses = new List<Standstill>();
        for (var i = 0; i + 1 < minutes.Count; i += 2)
        {
            var start = from.AddMinutes(minutes[i]);
            from = start.AddMinutes(minutes[i + 1]);
            pauses.Add(new(start, from));
        }

        return pauses;
    }

    private static LegalClock Clock(string due, string zone) => LegalClock.Parse(due, CountedDays.Calendar, BusinessCalendar.Utc with { Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) });

    private static void Check<T>(Gen<T> cases, Func<T, bool> holds) => Prop.ForAll(cases.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
