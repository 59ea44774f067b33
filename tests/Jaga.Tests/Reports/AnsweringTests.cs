using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Reports;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Reports;

public sealed class AnsweringTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Every_reporter_is_told_the_decision_once_it_cannot_be_taken_back_and_not_before(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var one = await TakeReportTests.Take(jaga, "group:812");
        var same = await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        using var reviewer = await jaga.As(Role.Reviewer);
        await Decide(reviewer, "violation");

        Assert.Null((await TakeReportTests.Open(jaga, one.Code)).Answer);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.RunWorker();
        foreach (var code in new[] { one.Code, same.Code })
        {
            var told = (await TakeReportTests.Open(jaga, code)).Answer!;
            Assert.Equal(("House rule 1", "It shows a bridge"), (told.Policy, told.Reason));
            Assert.NotEmpty(told.Complain);
        }

        await jaga.Do(async db => Assert.All(await db.Obligations.Where(o => o.About.Kind == "reports").ToListAsync(), o => Assert.Equal(ObligationState.Kept, o.State)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_decision_taken_back_is_told_to_nobody_and_the_next_one_is(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var receipt = await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        using var reviewer = await jaga.As(Role.Reviewer);
        var @case = await Decide(reviewer, "noViolation");
        (await reviewer.PostAsync($"/api/v1/cases/{@case}/undo", null)).EnsureSuccessStatusCode();
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.RunWorker();
        Assert.Null((await TakeReportTests.Open(jaga, receipt.Code)).Answer);
        await jaga.Do(async db => Assert.Equal(3, await db.Obligations.CountAsync(o => o.About.Kind == "reports" && o.State == ObligationState.Open)));

        await Decide(reviewer, "illegal");
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.RunWorker();
        Assert.Equal(Jaga.Cases.Verdict.Illegal, (await TakeReportTests.Open(jaga, receipt.Code)).Answer!.Verdict);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_decision_taken_back_after_the_next_report_leaves_one_case_that_answers_both(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var first = await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        using var reviewer = await jaga.As(Role.Reviewer);
        var @case = await Decide(reviewer, "noViolation");
        var second = await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        (await reviewer.PostAsync($"/api/v1/cases/{@case}/undo", null)).EnsureSuccessStatusCode();
        await jaga.Do(async db => Assert.Equal((2, 2), (await db.ReportCounts.Select(c => c.Public).SingleAsync(), await db.Reports.CountAsync(r => r.State == ReportState.Received))));

        Assert.NotEqual(@case, await Decide(reviewer, "illegal"));
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.RunWorker();
        foreach (var code in new[] { first.Code, second.Code })
        {
            Assert.Equal(Jaga.Cases.Verdict.Illegal, (await TakeReportTests.Open(jaga, code)).Answer!.Verdict);
        }

        await jaga.Do(async db => Assert.All(await db.Obligations.Where(o => o.About.Kind == "reports").ToListAsync(), o => Assert.Equal(ObligationState.Kept, o.State)));
    }

    /// <summary>On SQLite there is one writer, and this cannot be.</summary>
    [Fact]
    public async Task A_report_that_comes_in_the_moment_of_the_decision_is_never_left_unanswered()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres);
        await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        var late = await TakeReportTests.Take(jaga, "group:812");
        using var reviewer = await jaga.As(Role.Reviewer);
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => Bring(jaga, late.Id, meanwhile: () => Decide(reviewer, "noViolation")));
        await TakeReportTests.Sort(jaga);

        await jaga.Do(async db => Assert.Equal(Jaga.Cases.CaseState.Open, (await db.Cases.SingleAsync(c => c.Id == db.Reports.Single(r => r.Id == late.Id).Case)).State));
    }

    [Fact]
    public async Task Reports_that_come_to_one_case_by_two_ways_at_once_are_all_counted()
    {
        await using var jaga = await JagaHost.Start(Store.Postgres);
        await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        var (one, other) = (await TakeReportTests.Take(jaga, "group:812"), await TakeReportTests.Take(jaga, "group:812"));
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => Bring(jaga, one.Id, meanwhile: () => Bring(jaga, other.Id, () => Task.CompletedTask)));
        await TakeReportTests.Sort(jaga);

        await jaga.Do(async db => Assert.Equal(3, await db.ReportCounts.Select(c => c.Public).SingleAsync()));
    }

    private static async Task Bring(JagaHost jaga, Id<Report> id, Func<Task> meanwhile)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await using var transaction = await db.Begin(default);
        await scope.ServiceProvider.GetRequiredService<BringToDesk>().Run([await db.Reports.SingleAsync(r => r.Id == id)], default);
        await meanwhile();
        await transaction.Commit(default);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Desk_and_reporter_write_to_each_other_and_neither_learns_who_the_other_is(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var receipt = await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        await jaga.Ask<OpenReceipt, bool>(async open =>
        {
            await open.Write(receipt.Code, "It happens every evening.", default);
            return true;
        });
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Single((await reviewer.GetFromJsonAsync<JsonNode>("/api/v1/reports?asked=true"))!["rows"]!.AsArray());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await reviewer.PostAsJsonAsync($"/api/v1/reports/{receipt.Id}/messages", new { words = " " })).StatusCode);
        // Named by its use case: AnswerReport.
        (await reviewer.PostAsJsonAsync($"/api/v1/reports/{receipt.Id}/messages", new { words = "At what time?" })).EnsureSuccessStatusCode();
        Assert.Empty((await reviewer.GetFromJsonAsync<JsonNode>("/api/v1/reports?asked=true"))!["rows"]!.AsArray());

        var seen = await TakeReportTests.Open(jaga, receipt.Code);
        Assert.Equal([(true, "It happens every evening."), (false, "At what time?")], seen.Messages.Select(m => (m.Mine, m.Words)));
        using var auditor = await jaga.As(Role.Auditor);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsJsonAsync($"/api/v1/reports/{receipt.Id}/messages", new { words = "I may only read." })).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_reporter_takes_the_proof_of_the_answer_with_the_code_and_checks_it_without_us(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var receipt = await TakeReportTests.Take(jaga, "group:812");
        await TakeReportTests.Sort(jaga);
        using var reviewer = await jaga.As(Role.Reviewer);
        await Decide(reviewer, "violation");
        using var person = jaga.Anybody();
        Assert.DoesNotContain("Proof that this was written down", await Page());
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("open this page again", await Page());

        await jaga.RunWorker();
        await jaga.Turn<Jaga.Audit.SignCheckpoint>();
        Assert.Contains("action=\"/report/receipt\"", await Page());
        var answer = await Post("/report/receipt");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var line = await jaga.Proven(await answer.Content.ReadAsByteArrayAsync());
        Assert.All([TellReporters.Line, "It shows a bridge", "House rule 1", "violation", "system:reports"], said => Assert.Contains(said, line));

        Task<HttpResponseMessage> Post(string path) => person.PostAsync(path, new FormUrlEncodedContent([new("code", receipt.Code)]));

        async Task<string> Page()
        {
            using var opened = await Post("/report/answer");
            return opened.Headers.Location is { } kept ? await person.GetStringAsync(kept) : await opened.Content.ReadAsStringAsync();
        }
    }

    internal static async Task<string> Decide(HttpClient reviewer, string verdict)
    {
        var @case = (await (await reviewer.PostAsync("/api/v1/cases/next", null)).Content.ReadFromJsonAsync<JsonNode>())!;
        var answer = await reviewer.PostAsJsonAsync($"/api/v1/cases/{@case["id"]}/decision", new { verdict, policy = "House rule 1", reason = "It shows a bridge", actions = Array.Empty<object>(), version = (int)@case["version"]! });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (string)@case["id"]!;
    }
}
