using Jaga.Obligations;

namespace Jaga.Server.Pages.Obligations;

/// <summary>What falls due when, by month or week in the reader's time zone; and how much is owed by whom.</summary>
public static class CalendarPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/obligations/calendar", Calendar).Requires(Permission.ReadObligations);
        pages.MapGet("/obligations/workload", async (ReadWorkload read, CancellationToken ct) => ConsolePages.Page<WorkloadPage>(new { Rows = await read.Run(ct) })).Requires(Permission.ReadObligations);
    }

    /// <param name="view"><c>month</c> (the default) or <c>week</c>.</param>
    /// <param name="on">A day of it; today unless given.</param>
    private static async Task<RazorComponentResult> Calendar(string? view, DateOnly? on, string? queue, string? person, ReadCalendar read, Db db, Regimes regimes, Viewer viewer, CancellationToken ct)
    {
        var (today, week) = (viewer.Day(viewer.Now), view is "week");
        var day = on is { Year: > 2000 and < 2200 } asked ? asked : today;
        var from = Monday(week ? day : new(day.Year, day.Month, 1));
        var days = week ? 7 : (new DateOnly(day.Year, day.Month, 1).AddMonths(1).DayNumber - from.DayNumber + 6) / 7 * 7;
        return ConsolePages.Page<CalendarPage>(new
        {
            Week = week,
            On = day,
            Today = today,
            Days = await read.Run(new(from, days, viewer.Zone, Given(queue), Given(person), week ? ReadCalendar.MostOfDay : 3), ct),
            Owners = await Owners.Read(db, regimes, ct),
        });
    }

    private static string? Given(string? word) => string.IsNullOrEmpty(word) ? null : word;

    private static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
