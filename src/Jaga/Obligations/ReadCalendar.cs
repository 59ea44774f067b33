namespace Jaga.Obligations;

/// <summary>What falls due on which day, by the reader's own days.</summary>
public sealed class ReadCalendar(ReadObligations obligations, Db db, TimeProvider clock)
{
    /// <summary>The most days asked for at once: six weeks.</summary>
    public const int MostDays = 42;

    /// <summary>The most obligations shown of one day.</summary>
    public const int MostOfDay = 50;

    /// <summary>A day in the reader's zone: how many are due, and the first of them.</summary>
    public sealed record Day(DateOnly On, int Due, IReadOnlyList<ReadObligations.Owed> First);

    /// <summary>Which days of whose clock, and whose obligations.</summary>
    /// <param name="Days">1 to <see cref="MostDays"/>.</param>
    /// <param name="OfDay">Obligations to show of each day, 1 to <see cref="MostOfDay"/>.</param>
    public sealed record Request(DateOnly From, int Days, TimeZoneInfo Zone, string? Queue = null, string? Person = null, int OfDay = 3);

    public async Task<IReadOnlyList<Day>> Run(Request request, CancellationToken ct)
    {
        var days = new List<Day>();
        for (var i = 0; i < Math.Clamp(request.Days, 1, MostDays); i++)
        {
            days.Add(await One(request, request.From.AddDays(i), ct));
        }

        return days;
    }

    /// <summary>When a day begins in a zone: its first moment, also where midnight itself is left out by a change of the clocks.</summary>
    public static DateTimeOffset Begin(DateOnly day, TimeZoneInfo zone) => (BusinessCalendar.Utc with { Zone = zone }).Instant(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>The zone with this IANA name; UTC for none.</summary>
    /// <exception cref="BadInput">This machine knows no such zone.</exception>
    public static TimeZoneInfo Zone(string? name) => string.IsNullOrEmpty(name) ? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : throw new BadInput("zone", "This is not the name of a time zone, such as Asia/Jakarta.");

    private async Task<Day> One(Request request, DateOnly day, CancellationToken ct)
    {
        var filter = new ReadObligations.Filter(Queue: request.Queue, Person: request.Person, DueFrom: Begin(day, request.Zone), DueUntil: Begin(day.AddDays(1), request.Zone));
        var first = await obligations.Run(filter, new(null, Math.Clamp(request.OfDay, 1, MostOfDay)), clock.GetUtcNow(), ct);
        return new(day, first.Next is null ? first.Rows.Count : await filter.Of(db, clock.GetUtcNow()).CountAsync(ct), first.Rows);
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/obligations/calendar", (DateOnly? from, int? days, string? zone, string? queue, string? person, int? ofDay, ReadCalendar read, TimeProvider clock, CancellationToken ct) =>
                read.Run(new(from ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), Zone(zone)).DateTime), days ?? 7, Zone(zone), queue, person, ofDay ?? MostOfDay), ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("What falls due on which day, in a time zone");
}
