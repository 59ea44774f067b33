using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jaga.Obligations;
using Jaga.People;

namespace Jaga.Tests.Obligations;

public sealed class CalendarTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_calendar_counts_days_by_the_readers_clock(Store store)
    {
        await using var jaga = await JagaHost.Start(store);

        // Due on 2 March 20:00 UTC: that is the third in Jakarta.
        await jaga.Owe(from: jaga.Clock.Now.AddHours(-13));
        using var lead = await jaga.As(Role.Lead);
        async Task<string> Days(string zone) => string.Join(' ', JsonNode.Parse(await lead.GetStringAsync($"/api/v1/obligations/calendar?from=2026-03-02&days=3&zone={zone}"))!.AsArray().Select(d => (int)d!["due"]!));
        Assert.Equal("1 0 0", await Days("UTC"));
        Assert.Equal("0 1 0", await Days("Asia/Jakarta"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.GetAsync("/api/v1/obligations/calendar?zone=Mars/Base")).StatusCode);
    }

    [Fact]
    public async Task A_day_with_much_due_shows_the_first_and_counts_all_and_leads_to_the_list_of_that_day()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        for (var i = 0; i < 5; i++)
        {
            await jaga.Owe(about: new("item", $"i{i}"), from: jaga.Clock.Now.AddMinutes(i));
        }

        using var lead = await jaga.As(Role.Lead);
        var page = await lead.GetStringAsync("/obligations/calendar");
        Assert.Contains("5 due", page, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, "<li[^>]*><a href=\"/obligations/"));
        Assert.Contains("aria-current=\"date\"", page, StringComparison.Ordinal);
        Assert.Equal(5, Regex.Count(await lead.GetStringAsync("/obligations?day=2026-03-03"), "data-due="));
        Assert.Equal(0, Regex.Count(await lead.GetStringAsync("/obligations?day=2026-03-04"), "data-due="));
        Assert.Equal(5, Regex.Count(await lead.GetStringAsync("/obligations/calendar?view=week"), "<li[^>]*><a href=\"/obligations/"));
    }

    [Fact]
    public async Task The_reader_may_choose_another_clock_by_hand()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var lead = await jaga.As(Role.Lead);
        await lead.PostAsync("/preferences/zone", new FormUrlEncodedContent([new("zone", "Asia/Jakarta"), new("back", "/obligations/calendar")]));
        Assert.Contains("value=\"Asia/Jakarta\" required", await lead.GetStringAsync("/obligations/calendar"), StringComparison.Ordinal);
    }

    [Theory, InlineData("America/Asuncion", "2023-10-01"), InlineData("Africa/Cairo", "2023-04-28"), InlineData("Asia/Jakarta", "2026-03-02")]
    public void A_day_begins_also_where_its_midnight_is_left_out(string zone, string day)
    {
        var (place, on) = (TimeZoneInfo.FindSystemTimeZoneById(zone), DateOnly.Parse(day));
        var begins = ReadCalendar.Begin(on, place);
        Assert.Equal(on, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(begins, place).DateTime));
        Assert.Equal(on.AddDays(-1), DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(begins.AddSeconds(-1), place).DateTime));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_workload_adds_up_to_what_is_owed_and_says_nothing_of_speed(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var one = await jaga.Owe();
        await jaga.Owe(about: new("item", "i2"));
        await jaga.Owe("id-permenkominfo-5-2020.takedown-urgent", new("order", "o1"));
        await jaga.Act(d => d.Assign(one.Id, "somebody", Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromHours(5));
        using var lead = await jaga.As(Role.Lead);
        var rows = JsonNode.Parse(await lead.GetStringAsync("/api/v1/obligations/workload"))!.AsArray();
        Assert.Equal([("leads", null, 1, 1), ("reviewers", null, 1, 0), ("reviewers", "somebody", 1, 0)],
            rows.Select(r => ((string)r!["queue"]!, (string?)r["person"], (int)r["owed"]!, (int)r["overdue"]!)).Order());
        Assert.Equal((await jaga.Duties()).Owed, (await jaga.Ask<ReadWorkload, IReadOnlyList<ReadWorkload.Row>>(read => read.Run(default))).Sum(r => r.Owed));
        Assert.Equal(["dueSoon", "overdue", "owed", "paused", "person", "queue", "soonestDueAt"], rows.Single(r => r!["person"] is not null)!.AsObject().Select(p => p.Key).Order());
        Assert.Contains("href=\"/obligations?queue=reviewers&amp;person=somebody\"", await lead.GetStringAsync("/obligations/workload"), StringComparison.Ordinal);
    }
}
