using System.Text.RegularExpressions;
using Jaga.People;
using Jaga.Reports;
using Jaga.Tests.Reports;

namespace Jaga.Tests.Flows;

/// <summary>What the public sees of reporting, over the forms of its own pages, without script.</summary>
public sealed partial class ReportTests
{
    private static readonly Dictionary<string, string> Told = new()
    {
        ["category"] = "harassment", ["location"] = "group:812", ["words"] = "Somebody there names my son's school and asks where he lives.", ["goodFaith"] = "true",
    };

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_parent_reports_without_script_and_reads_the_decision_with_her_code(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var code = await Report(jaga);
        await TakeReportTests.Sort(jaga);
        Assert.Contains("It is not decided yet", await Answer(jaga, code));

        using var reviewer = await jaga.As(Role.Reviewer);
        await AnsweringTests.Decide(reviewer, "violation");
        Assert.DoesNotContain("House rule 1", await Answer(jaga, code));
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        var told = await Answer(jaga, code.ToLowerInvariant().Replace('-', ' '));
        Assert.Contains("House rule 1", told);
        Assert.Contains("It shows a bridge", told);
    }

    [Fact]
    public async Task Wrong_codes_tell_nothing_and_are_limited_for_all_together()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, ("Reports:WrongCodesPerMinute", "3"));
        var code = await Report(jaga);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Open(jaga, "not a code")).StatusCode);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Open(jaga, ReceiptCode.New().ToString())).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await Open(jaga, ReceiptCode.New().ToString())).StatusCode);

        // Whoever has a code is not shut out by somebody who has none.
        Assert.Equal(HttpStatusCode.OK, (await Open(jaga, code)).StatusCode);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Open(jaga, ReceiptCode.New().ToString())).StatusCode);
    }

    [Fact]
    public async Task Everything_that_the_page_offers_can_be_reported_without_a_picture()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        foreach (var category in ReportCategories.All)
        {
            Assert.NotEmpty(await Report(jaga, category));
        }

        await jaga.Do(async db =>
        {
            Assert.Equal(ReportCategories.All.Order(), (await db.Reports.Select(r => r.Category).ToListAsync()).Order());
            Assert.All(await db.Reports.Select(r => r.Screenshot).ToListAsync(), Assert.Null);
        });
    }

    // The form, which asks to wait, and the same once more after the wait.
    private static async Task<string> Report(JagaHost jaga, string category = "harassment")
    {
        var told = new Dictionary<string, string>(Told) { ["category"] = category };
        using var asked = await Post(jaga, "/report", told);
        var slow = await asked.Content.ReadAsStringAsync();
        var again = new Dictionary<string, string>(told) { ["slow"] = "true", ["puzzle"] = Token().Match(slow).Groups[1].Value };
        using var early = await Post(jaga, "/report", again);
        Assert.Equal(HttpStatusCode.TooManyRequests, early.StatusCode);
        jaga.Clock.Advance(TimeSpan.FromSeconds(10));
        using var received = await Post(jaga, "/report", again);
        Assert.Equal(HttpStatusCode.OK, received.StatusCode);
        return Code().Match(await received.Content.ReadAsStringAsync()).Groups[1].Value;
    }

    private static Task<HttpResponseMessage> Open(JagaHost jaga, string code) => Post(jaga, "/report/answer", new() { ["code"] = code });

    private static async Task<string> Answer(JagaHost jaga, string code)
    {
        using var answer = await Open(jaga, code);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<HttpResponseMessage> Post(JagaHost jaga, string path, Dictionary<string, string> fields)
    {
        using var anybody = jaga.Anybody();
        using var form = new FormUrlEncodedContent(fields);
        return await anybody.PostAsync(path, form);
    }

    [GeneratedRegex("name=\"puzzle\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("class=\"code\"[^>]*>([^<]+)<")]
    private static partial Regex Code();
}
