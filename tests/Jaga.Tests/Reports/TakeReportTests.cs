using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Reports;

namespace Jaga.Tests.Reports;

public sealed class TakeReportTests
{
    private const string Words = "They share pictures of bridges here and ask strangers to send more of them, every evening.";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Reports_of_one_subject_are_one_case_however_they_name_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store, null, ("Cases:Addresses:0", "https://plaza.example/groups/{group}"));
        await Take(jaga, "https://www.plaza.example/groups/812?utm_source=x");
        await Take(jaga, "group:812", "harassment", "Somebody insults everyone who answers, and names the school of a pupil in that group.");
        await Take(jaga, "group:9");
        await Sort(jaga);

        await jaga.Do(async db =>
        {
            var @case = await db.Cases.SingleAsync(c => c.About.Id == "812");
            Assert.Equal("group", @case.About.Kind);
            var count = await db.ReportCounts.SingleAsync(c => c.Case == @case.Id);
            Assert.Equal((2, 0, 2), (count.All, count.Same, await db.Findings.CountAsync(f => f.Case == @case.Id)));
            Assert.Equal(2, await db.Cases.CountAsync());
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_thousand_reports_of_the_same_thing_change_nothing_that_a_reviewer_has_read(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Take(jaga, "group:812");
        await Sort(jaga);
        var seen = await jaga.Ask<Db, int>(db => db.Cases.Select(c => c.Version).SingleAsync());
        var lines = await jaga.Ask<Db, int>(db => db.AuditLines.CountAsync());

        var receipts = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Take(jaga, "group:812", words: i % 2 == 0 ? Words.ToUpperInvariant() : $"{Words} {i}")));
        await Sort(jaga);

        await jaga.Do(async db =>
        {
            Assert.Equal(seen, await db.Cases.Select(c => c.Version).SingleAsync());
            var count = await db.ReportCounts.SingleAsync();
            Assert.Equal((1001, 1000), (count.All, count.Same));
            Assert.Equal(1, await db.Reports.CountAsync(r => r.Words != ""));
            Assert.Equal(1, await db.Findings.CountAsync());
            Assert.InRange(await db.AuditLines.CountAsync() - lines, 1, 20);
        });
        Assert.Equal(1000, receipts.Select(r => r.Code).Distinct().Count());
        foreach (var receipt in receipts.Take(3))
        {
            Assert.Equal(ReportState.Received, (await Open(jaga, receipt.Code)).State);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_owed_to_those_who_report_is_tracked_from_the_first_report_on(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Take(jaga, "group:812");
        var first = jaga.Clock.Now;
        await Sort(jaga);
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await Take(jaga, "group:812", words: "Something else entirely happens here: a member asks pupils for their addresses and telephone numbers.");
        await Sort(jaga);

        await jaga.Do(async db =>
        {
            var owed = await db.Obligations.Where(o => o.About.Kind == "reports").OrderBy(o => o.Clause).ToListAsync();
            Assert.Equal(["eu-dsa.decide-notice", "house.answer-report", "id-permenkominfo-5-2020.answer-complaint"], owed.Select(o => o.Clause));
            Assert.All(owed, o => Assert.Equal(first, o.OpenedAt));
            Assert.Equal(first + TimeSpan.FromHours(24), (await db.Cases.SingleAsync()).DueAt);
            var confirmed = await db.Obligations.Where(o => o.Clause == BringToDesk.Acknowledge).ToListAsync();
            Assert.Equal(2, confirmed.Count);
            Assert.All(confirmed, o => Assert.Equal(ObligationState.Kept, o.State));
        });
    }

    [Fact]
    public async Task What_is_missing_or_too_long_is_named_and_nothing_is_kept()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        foreach (var (draft, field) in new (ReportDraft, string)[]
        {
            (Draft("group:812") with { Category = "weather" }, "category"),
            (Draft(""), "location"),
            (Draft("it is somewhere"), "location"),
            (Draft("group:812") with { Words = " " }, "words"),
            (Draft("group:812") with { Words = new('x', 4001) }, "words"),
            (Draft("group:812") with { Contact = "nobody" }, "contact"),
            (Draft("group:812") with { Contact = "a@example.org\r\nBcc: b@example.org" }, "contact"),
            (Draft("group:812") with { Identity = new(" ") }, "identity.name"),
            (Draft("group:812") with { Category = "csam", Screenshot = new byte[] { 1 } }, "screenshot"),
        })
        {
            var refused = await Assert.ThrowsAsync<BadInput>(() => jaga.Ask<TakeReport, Receipt>(take => take.Run(draft, Actor.System("test"), default)));
            Assert.Contains(field, refused.Problems.Keys);
        }

        await jaga.Do(async db => Assert.Equal(0, await db.Reports.CountAsync()));
    }

    /// <summary>The use case is <see cref="OpenIdentity"/>.</summary>
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Who_reports_is_sealed_and_opened_only_by_a_lead_with_a_reason(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var receipt = await jaga.Ask<TakeReport, Receipt>(take => take.Run(Draft("group:812") with { Contact = "ibu@example.org", Identity = new("Ibu Sari", "ibu@example.org") }, Actor.System("test"), default));
        var anonymous = await Take(jaga, "group:813");
        await Sort(jaga);

        using var reviewer = await jaga.As(Role.Reviewer);
        using var lead = await jaga.As(Role.Lead);
        var seen = await (await reviewer.GetAsync($"/api/v1/reports/{receipt.Id}")).Content.ReadAsStringAsync();
        Assert.Contains("\"hasIdentity\":true", seen);
        Assert.DoesNotContain("Sari", seen);
        Assert.DoesNotContain("example.org", seen);
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.PostAsJsonAsync($"/api/v1/reports/{receipt.Id}/identity", new { reason = "the ministry asks" })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PostAsJsonAsync($"/api/v1/reports/{receipt.Id}/identity", new { reason = " " })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/reports/{anonymous.Id}/identity", new { reason = "the ministry asks" })).StatusCode);
        var opened = await (await lead.PostAsJsonAsync($"/api/v1/reports/{receipt.Id}/identity", new { reason = "the ministry asks" })).Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal("Ibu Sari", (string?)opened!["name"]);
        await jaga.Do(async db => Assert.Equal("the ministry asks", (await db.AuditLines.SingleAsync(l => l.Action == "identity.opened")).Why));

        await jaga.Do(async db =>
        {
            var row = await db.Reports.SingleAsync(r => r.Id == receipt.Id);
            foreach (var bytes in new[] { row.Contact!, row.Identity!, row.Receipt })
            {
                Assert.DoesNotContain("Sari", System.Text.Encoding.UTF8.GetString(bytes));
                Assert.DoesNotContain("ibu", System.Text.Encoding.UTF8.GetString(bytes));
            }
        });
    }

    [Fact]
    public async Task A_telephone_without_a_name_is_not_dropped_but_asked_about()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var person = jaga.Anybody();
        var answer = await person.PostAsync("/report", new FormUrlEncodedContent([new("category", "fraud"), new("location", "group:812"), new("words", Words), new("phone", "021 555 01"), new("goodFaith", "true")]));
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("Give a name too", page);
        Assert.Contains("021 555 01", page);
    }

    /// <summary>The use case is <see cref="ReadReports"/>.</summary>
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_register_is_filtered_and_searched(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Take(jaga, "group:812");
        await Take(jaga, "item:b_idge", "harassment", "100% of the words are about Another Bridge, and nobody there wants them at all.");
        await Sort(jaga);
        using var lead = await jaga.As(Role.Lead);

        Assert.Equal(2, await Rows(""));
        Assert.Equal(1, await Rows("?category=harassment"));
        Assert.Equal(1, await Rows("?about=group/812"));
        Assert.Equal(1, await Rows("?search=another%20bridge"));
        Assert.Equal(1, await Rows("?search=100%25"));
        Assert.Equal(1, await Rows("?search=b_idge"));
        Assert.Equal(0, await Rows("?search=b_dge"));
        Assert.Equal(2, await Rows("?state=received&via=public"));
        Assert.Equal(0, await Rows("?state=decided"));
        Assert.Equal(0, await Rows("?asked=true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.GetAsync("/api/v1/reports?state=lost")).StatusCode);

        async Task<int> Rows(string query) => (await lead.GetFromJsonAsync<JsonNode>("/api/v1/reports" + query))!["rows"]!.AsArray().Count;
    }

    internal static ReportDraft Draft(string location, string category = "fraud", string words = Words) => new(category, location, words);

    internal static Task<Receipt> Take(JagaHost jaga, string location, string category = "fraud", string words = Words) =>
        jaga.Ask<TakeReport, Receipt>(take => take.Run(Draft(location, category, words), Actor.System("test"), default));

    /// <summary>Has all reports brought to the desk that are not there yet.</summary>
    internal static async Task Sort(JagaHost jaga)
    {
        while (await jaga.Ask<SortReports, bool>(sort => sort.Run(default)))
        {
        }
    }

    internal static Task<ReportReceipt> Open(JagaHost jaga, string code) => jaga.Ask<OpenReceipt, ReportReceipt>(open => open.Run(code, "en", default));
}
