using System.Globalization;
using System.Text.RegularExpressions;

namespace Jaga.Obligations;

/// <summary>Which days a clock counts.</summary>
public enum CountedDays
{
    /// <summary>Every day.</summary>
    Calendar,

    /// <summary>Neither weekends nor the regime's holidays.</summary>
    Business,
}

/// <summary>
/// How long something may take, as a law words it: an ISO 8601 duration (<c>PT24H</c>, <c>P5D</c>, <c>P1Y</c>) read in the regime's time zone.
/// Hours are exact; days, months and years are the calendar's, so that five days end at the same time of day even when the clocks changed in between.
/// </summary>
public sealed partial record LegalClock
{
    private const int MostYears = 100;

    private LegalClock(string text, int months, int days, TimeSpan exact, CountedDays counted, BusinessCalendar calendar) =>
        (Text, Months, Days, Exact, Counted, Calendar) = (text, months, days, exact, counted, calendar);

    /// <summary>The duration as it was written.</summary>
    public string Text { get; }

    /// <summary>Calendar months, years included.</summary>
    public int Months { get; }

    /// <summary>Days, weeks included; counted as <see cref="Counted"/> says.</summary>
    public int Days { get; }

    /// <summary>The exact part, in hours, minutes and seconds.</summary>
    public TimeSpan Exact { get; }

    public CountedDays Counted { get; }

    /// <summary>The zone, weekend and holidays by which days are counted.</summary>
    public BusinessCalendar Calendar { get; }

    /// <summary>Reads an ISO 8601 duration.</summary>
    /// <exception cref="FormatException">It is not one, is zero, or is longer than a hundred years.</exception>
    public static LegalClock Parse(string text, CountedDays counted, BusinessCalendar calendar)
    {
        if (Duration().Match(text) is not { Success: true } match)
        {
            throw new FormatException($"'{text}' is not an ISO 8601 duration such as PT24H or P5D.");
        }

        long Part(string name) => match.Groups[name] is { Success: true, Value: var digits } ? long.Parse(digits, CultureInfo.InvariantCulture) : 0;
        var (months, days) = ((Part("y") * 12) + Part("mo"), (Part("w") * 7) + Part("d"));
        var exact = TimeSpan.FromSeconds((Part("h") * 3600) + (Part("mi") * 60) + Part("s"));
        if (months + days == 0 && exact == TimeSpan.Zero)
        {
            throw new FormatException($"'{text}' gives no time at all.");
        }

        return months <= MostYears * 12 && days <= MostYears * 366 && exact <= TimeSpan.FromDays(MostYears * 366)
            ? new(text, (int)months, (int)days, exact, counted, calendar)
            : throw new FormatException($"'{text}' is longer than {MostYears} years.");
    }

    /// <summary>When something that began at <paramref name="from"/> is due. Always later than <paramref name="from"/>, always the same for the same input, in UTC.</summary>
    /// <remarks>
    /// Who begins later is not due earlier, but where the calendar itself folds: months end the 29th to 31st on one day, and days that begin in the hour that comes twice,
    /// when clocks are set back, follow the time of day. Less than a day, and less than an hour.
    /// </remarks>
    public DateTimeOffset After(DateTimeOffset from)
    {
        if (Months == 0 && Days == 0)
        {
            return from.ToUniversalTime() + Exact;
        }

        var local = TimeZoneInfo.ConvertTime(from, Calendar.Zone).DateTime.AddMonths(Months);
        local = Counted is CountedDays.Calendar ? local.AddDays(Days) : Calendar.AddBusinessDays(local, Days);
        return Calendar.Instant(local) + Exact;
    }

    public override string ToString() => Text;

    [GeneratedRegex(@"^P(?=.)(?:(?<y>\d{1,4})Y)?(?:(?<mo>\d{1,4})M)?(?:(?<w>\d{1,4})W)?(?:(?<d>\d{1,5})D)?(?:T(?=.)(?:(?<h>\d{1,6})H)?(?:(?<mi>\d{1,6})M)?(?:(?<s>\d{1,6})S)?)?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
