using System.Text.Json.Nodes;
using Jaga.Cases.Statements;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Reports;
using Jaga.Tests.Obligations;

namespace Jaga.Tests.Reports;

/// <summary>The use cases are <see cref="AnswerReport"/> and <see cref="OpenReceipt"/>.</summary>
public sealed class ComplaintTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_a_reporter_writes_is_owed_an_answer_until_somebody_has_read_and_answered_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var receipt = await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        await Write(jaga, receipt.Code, "It happens every evening.");
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await Write(jaga, receipt.Code, "They name a school now.");
        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal([("house.answer-reporter", ObligationState.Open)], await Owed(jaga, receipt));

        var messages = (await Card(reviewer, receipt))["messages"]!.AsArray();
        var early = await Answer(reviewer, receipt, new { words = "Thank you.", seen = (string)messages[0]!["id"]! });
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Equal([("house.answer-reporter", ObligationState.Open)], await Owed(jaga, receipt));
        (await Answer(reviewer, receipt, new { words = "Thank you.", seen = (string)messages[1]!["id"]! })).EnsureSuccessStatusCode();

        Assert.Equal([("house.answer-reporter", ObligationState.Kept)], await Owed(jaga, receipt));
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await Write(jaga, receipt.Code, "Is anybody there?");
        Assert.Equal(ObligationState.Open, (await Owed(jaga, receipt))[^1].State);
        jaga.Clock.Advance(TimeSpan.FromHours(73));
        await jaga.Walk();
        Assert.Equal(ObligationState.Broken, (await Owed(jaga, receipt))[^1].State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_complaint_is_answered_by_a_lead_and_not_by_who_decided(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var receipt = await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        using var decider = await jaga.As(Role.Lead);
        using var reviewer = await jaga.As(Role.Reviewer);
        using var lead = await jaga.As(Role.Lead, Role.Auditor);
        await Told(jaga, decider);
        Assert.Equal(HttpStatusCode.Conflict, (await Answer(lead, receipt, new { words = "Nobody complained.", again = true })).StatusCode);
        await Write(jaga, receipt.Code, "You have not looked at the second picture.");
        Assert.Equal([(ObjectToDecision.Clause, ObligationState.Open)], await Owed(jaga, receipt));
        Assert.NotNull((await Card(lead, receipt))["complaint"]);

        foreach (var refused in new[] { decider, reviewer })
        {
            Assert.Equal(HttpStatusCode.Conflict, (await Answer(refused, receipt, new { words = "It stays as it is." })).StatusCode);
        }

        Assert.Equal([(ObjectToDecision.Clause, ObligationState.Open)], await Owed(jaga, receipt));
        (await Answer(lead, receipt, new { words = "I have looked at both. It stays as it is." })).EnsureSuccessStatusCode();
        Assert.Equal([(ObjectToDecision.Clause, ObligationState.Kept)], await Owed(jaga, receipt));
        Assert.Null((await Card(lead, receipt))["complaint"]);
        Assert.Equal(ReportState.Decided, (await TakeReportTests.Open(jaga, receipt.Code)).State);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_complaint_with_reason_brings_the_report_back_to_the_desk_for_somebody_else(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var receipt = await TakeReportTests.Take(jaga, "group:812");
        var other = await TakeReportTests.Take(jaga, "group:812", words: "Something else entirely: a member of that group asks pupils for their telephone numbers.");
        await TakeReportTests.Sort(jaga);
        using var decider = await jaga.As(Role.Reviewer);
        var first = await Told(jaga, decider);
        jaga.Clock.Advance(TimeSpan.FromDays(9));
        using var reviewer = await jaga.As(Role.Reviewer);
        using var lead = await jaga.As(Role.Lead);
        await Write(jaga, receipt.Code, "You have not looked at the second picture.");
        (await Answer(lead, receipt, new { words = "You are right: somebody else looks at it again.", again = true })).EnsureSuccessStatusCode();
        Assert.Null((await TakeReportTests.Open(jaga, receipt.Code)).Answer);
        Assert.NotNull((await TakeReportTests.Open(jaga, other.Code)).Answer);
        await TakeReportTests.Sort(jaga);

        var again = (await (await reviewer.PostAsync("/api/v1/cases/next", null)).Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.NotEqual(first, (string?)again["id"]);
        var wish = new { verdict = "noViolation", policy = "House rule 1", reason = "As before", actions = Array.Empty<object>(), version = (int)again["version"]! };
        var same = await reviewer.PostAsJsonAsync($"/api/v1/cases/{again["id"]}/decision", wish);
        Assert.Equal(HttpStatusCode.Conflict, same.StatusCode);
        Assert.Contains("Somebody else decides", await same.Content.ReadAsStringAsync());
        await jaga.Do(async db => Assert.All(await db.Obligations.Where(o => o.About.Kind == "reports" && o.ClosedAt == null).ToListAsync(), o => Assert.Equal((ObligationState.Open, jaga.Clock.Now), (o.State, o.OpenedAt))));

        (await reviewer.PostAsync($"/api/v1/cases/{again["id"]}/release", null)).EnsureSuccessStatusCode();
        await Told(jaga, lead, "illegal");
        Assert.Equal(Jaga.Cases.Verdict.Illegal, (await TakeReportTests.Open(jaga, receipt.Code)).Answer!.Verdict);
        Assert.Equal(Jaga.Cases.Verdict.NoViolation, (await TakeReportTests.Open(jaga, other.Code)).Answer!.Verdict);
    }

    private static async Task<string> Told(JagaHost jaga, HttpClient who, string verdict = "noViolation")
    {
        var @case = await AnsweringTests.Decide(who, verdict);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.RunWorker();
        return @case;
    }

    private static Task<bool> Write(JagaHost jaga, string code, string words) => jaga.Ask<OpenReceipt, bool>(async open =>
    {
        await open.Write(code, words, default);
        return true;
    });

    private static Task<HttpResponseMessage> Answer(HttpClient who, Receipt receipt, object reply) => who.PostAsJsonAsync($"/api/v1/reports/{receipt.Id}/messages", reply);

    private static async Task<JsonNode> Card(HttpClient who, Receipt receipt) => (await who.GetFromJsonAsync<JsonNode>($"/api/v1/reports/{receipt.Id}"))!;

    private static Task<List<(string Clause, ObligationState State)>> Owed(JagaHost jaga, Receipt receipt) => jaga.Ask<Db, List<(string, ObligationState)>>(async db =>
        [.. (await db.Obligations.AsNoTracking().Where(o => o.About.Kind == "report" && o.About.Id == receipt.Id.ToString() && o.Clause != BringToDesk.Acknowledge).OrderBy(o => o.Id).ToListAsync()).Select(o => (o.Clause, o.State))]);
}
