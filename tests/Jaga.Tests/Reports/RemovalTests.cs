using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Reports;

namespace Jaga.Tests.Reports;

/// <summary>What a law wants taken down because somebody reported it.</summary>
public sealed class RemovalTests
{
    private const string Clause = "us-take-it-down.remove";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_first_report_of_an_intimate_picture_starts_the_48_hours_and_other_reports_do_not(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await TakeReportTests.Take(jaga, "item:812");
        await TakeReportTests.Sort(jaga);
        Assert.Empty(await Owed(jaga));
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await TakeReportTests.Take(jaga, "item:812", "intimate-image", "This is a picture of me, and nobody asked me before it was put there.");
        var since = jaga.Clock.Now;
        await TakeReportTests.Sort(jaga);
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await TakeReportTests.Take(jaga, "item:812", "intimate-image", "Please take down this picture of my sister, who is seventeen and afraid.");
        await TakeReportTests.Sort(jaga);

        Assert.Equal([(since + TimeSpan.FromHours(48), ObligationState.Open)], await Owed(jaga));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task It_is_kept_when_the_platform_has_taken_it_down_and_not_by_telling_the_decision(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Reported(jaga);
        using var platform = await jaga.Key(Permission.ConfirmActions);
        using var reviewer = await jaga.As(Role.Reviewer);
        var action = await Decide(jaga, reviewer, "violation", "remove");
        Assert.Equal(ObligationState.Open, (await Owed(jaga))[0].State);

        (await platform.PostAsJsonAsync($"/api/v1/actions/{action}/receipt", new { receipt = "r-1", effect = "done" })).EnsureSuccessStatusCode();
        Assert.Equal(ObligationState.Kept, (await Owed(jaga))[0].State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task It_is_kept_by_the_decision_that_there_is_nothing_to_take_down_and_by_none_that_does_less(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Reported(jaga);
        using var platform = await jaga.Key(Permission.ConfirmActions);
        using var reviewer = await jaga.As(Role.Reviewer);
        var label = await Decide(jaga, reviewer, "violation", "label");
        (await platform.PostAsJsonAsync($"/api/v1/actions/{label}/receipt", new { receipt = "r-1", effect = "done" })).EnsureSuccessStatusCode();
        Assert.Equal(ObligationState.Open, (await Owed(jaga))[0].State);

        await Reported(jaga, "item:9");
        await Decide(jaga, reviewer, "noViolation", null);
        Assert.Equal([ObligationState.Open, ObligationState.Kept], (await Owed(jaga)).Select(o => o.State));
    }

    private static async Task Reported(JagaHost jaga, string location = "item:812")
    {
        await TakeReportTests.Take(jaga, location, "intimate-image", "This is a picture of me, and nobody asked me before it was put there.");
        await TakeReportTests.Sort(jaga);
    }

    private static async Task<string?> Decide(JagaHost jaga, HttpClient reviewer, string verdict, string? verb)
    {
        var @case = (await (await reviewer.PostAsync("/api/v1/cases/next", null)).Content.ReadFromJsonAsync<JsonNode>())!;
        object[] actions = verb is null ? [] : [new { verb, target = @case["about"] }];
        var answer = await reviewer.PostAsJsonAsync($"/api/v1/cases/{@case["id"]}/decision", new { verdict, policy = "House rule 1", reason = "It shows a bridge", actions, version = (int)@case["version"]! });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.RunWorker();
        return verb is null ? null : await jaga.Ask<Db, string>(async db => (await db.Actions.OrderByDescending(a => a.Id).FirstAsync()).Id.ToString());
    }

    private static Task<List<(DateTimeOffset DueAt, ObligationState State)>> Owed(JagaHost jaga) => jaga.Ask<Db, List<(DateTimeOffset, ObligationState)>>(async db =>
        [.. (await db.Obligations.AsNoTracking().Where(o => o.Clause == Clause).OrderBy(o => o.Id).ToListAsync()).Select(o => (o.DueAt, o.State))]);
}
