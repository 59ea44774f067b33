using System.Text.RegularExpressions;
using Jaga.Reports;
using Jaga.Server.Pages;

namespace Jaga.Tests.Reports;

/// <summary>The public's pages as a browser has them that keeps cookies; <see cref="Flows.ReportTests"/> has one that keeps none.</summary>
public sealed partial class PortalTests
{
    private static readonly Dictionary<string, string> Told = new()
    {
        ["category"] = "grooming", ["location"] = "akun @jahat99 di chat", ["words"] = "An adult asks my daughter for her address.", ["goodFaith"] = "true",
    };

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_code_is_shown_again_for_a_quarter_of_an_hour_and_the_same_sent_again_is_one_report(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var parent = jaga.Anybody();
        Assert.DoesNotContain("/report/received", await parent.GetStringAsync("/report"), StringComparison.Ordinal);
        await Sent(jaga, parent);
        var code = Code().Match(await parent.GetStringAsync("/report/received")).Groups[1].Value;
        Assert.NotNull(ReceiptCode.Read(code, out _));
        Assert.Contains(code, await parent.GetStringAsync("/report/received"), StringComparison.Ordinal);
        Assert.Contains(code, await parent.GetStringAsync("/report/code.txt"), StringComparison.Ordinal);

        // Back to the form, which says so; and whoever sends it all the same has sent it once.
        Assert.Contains("/report/received", await parent.GetStringAsync("/report"), StringComparison.Ordinal);
        Assert.Equal("/report/received", (await Post(parent, "/report", Told)).Headers.Location?.ToString());
        await jaga.Do(async db => Assert.Equal(1, await db.Reports.CountAsync()));

        jaga.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal("/report/answer", (await parent.GetAsync("/report/received")).Headers.Location?.ToString());
        Assert.DoesNotContain(code, await parent.GetStringAsync("/report/answer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_written_once_however_often_its_page_is_loaded_and_the_report_is_shut_by_its_reader()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var parent = jaga.Anybody();
        await parent.GetStringAsync("/report");
        await Sent(jaga, parent);
        var code = Code().Match(await parent.GetStringAsync("/report/received")).Groups[1].Value;
        var message = new Dictionary<string, string> { ["code"] = code, ["message"] = "It happens every evening." };
        for (var i = 0; i < 2; i++)
        {
            var written = await Post(parent, "/report/message", message);
            Assert.Equal((HttpStatusCode.Found, "/report/answer"), (written.StatusCode, written.Headers.Location?.ToString()));
        }

        Assert.Equal(1, Written(await parent.GetStringAsync("/report/answer")));
        Assert.Equal("/report/answer", (await parent.GetAsync("/report/message")).Headers.Location?.ToString());
        jaga.Clock.Advance(TimeSpan.FromMinutes(2));
        await Post(parent, "/report/message", message);
        Assert.Equal(2, Written(await parent.GetStringAsync("/report/answer")));

        await Post(parent, "/report/forget", []);
        Assert.DoesNotContain("every evening", await parent.GetStringAsync("/report/answer"), StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_place_in_words_is_a_case_of_its_own_and_one_name_is_one_case(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        foreach (var place in new[] { "@JAHAT99", "akun @Jahat99 di chat", "the one called @jahat99.", "di chat", "di chat", "ibu@example.org", "group:812", "https://plaza.example/u/jahat99" })
        {
            await jaga.Ask<TakeReport, Receipt>(take => take.Run(TakeReportTests.Draft(place) with { InWords = true }, Actor.System("test"), default));
        }

        await TakeReportTests.Sort(jaga);
        await jaga.Do(async db =>
        {
            var subjects = await db.Cases.Select(c => c.About).ToListAsync();
            Assert.Equal(["group/812", "link/https://plaza.example/u/jahat99", "place/@jahat99"], subjects.Select(s => s.ToString()).Where(s => !s.Contains('#')).Order(StringComparer.Ordinal));
            Assert.Equal(["place/di chat", "place/di chat", "place/ibu@example.org"], subjects.Select(s => s.ToString()).Where(s => s.Contains('#')).Select(s => s[..s.IndexOf(" #", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
            Assert.Contains("akun @Jahat99 di chat", await db.Reports.Select(r => r.Location).ToListAsync());
        });
    }

    [Theory, InlineData("wrong \u202e way\n round", "wrong way round"), InlineData("x", "x")]
    public void Words_of_a_place_are_cut_and_made_plain(string written, string plain)
    {
        Assert.Equal(new Subject("place", plain + " #01020304"), PlaceInWords.Of(written, [1, 2, 3, 4, 5]));
        Assert.InRange(PlaceInWords.Of(new string('ü', 5000), [1, 2, 3, 4, 5]).Id.Length, 100, 200);
    }

    [Fact]
    public void Every_number_can_be_called_and_every_chat_opened()
    {
        foreach (var country in Helplines.Countries)
        {
            Assert.All(country.Emergency, e => Assert.InRange(Helpline.Digits(e.Number).Length, 2, 5));
            Assert.All(country.Lines.Where(l => l.Phone is not null), l => Assert.InRange(Helpline.Digits(l.Phone!).Length, 3, 15));
            Assert.All(country.Lines.Where(l => l.Whatsapp is not null), l => Assert.NotNull(country.Calling));
        }

        var here = Helplines.Of("id")!;
        Assert.Equal("628111129129", here.Abroad(here.Lines[0].Whatsapp!));
        Assert.Equal("119", Helpline.Digits("119 ext 8"));
        Assert.Equal([("112", false), ("110", true)], here.Emergency.Select(e => (e.Number, e.Police)));
    }

    [Fact]
    public void A_time_names_its_zone()
    {
        var at = new DateTimeOffset(2026, 3, 2, 20, 5, 0, TimeSpan.Zero);
        Assert.Equal("3 Mar 2026 03.05 WIB", new Text("id").At(at, TimeZoneInfo.FindSystemTimeZoneById("Asia/Jakarta")));
        Assert.Equal("2 Mar 2026 20:05 UTC", new Text("en").At(at, TimeZoneInfo.Utc));
        Assert.Equal("2 Mar 2026 15:05 UTC-05:00", new Text("en").At(at, TimeZoneInfo.FindSystemTimeZoneById("America/New_York")));
        Assert.Equal(("3 Maret 2026 03.05 WIB", "2 March 2026 20:05 UTC"), (ReportWords.Of("id").At(at), ReportWords.Of("en").At(at)));
    }

    private static int Written(string page) => page.Split("It happens every evening").Length - 1;

    // The form, then the slower step.
    private static async Task Sent(JagaHost jaga, HttpClient parent)
    {
        var slow = await (await Post(parent, "/report", Told)).Content.ReadAsStringAsync();
        jaga.Clock.Advance(TimeSpan.FromSeconds(10));
        var sent = await Post(parent, "/report", new(Told) { ["slow"] = "true", ["puzzle"] = Token().Match(slow).Groups[1].Value });
        Assert.Equal((HttpStatusCode.Found, "/report/received"), (sent.StatusCode, sent.Headers.Location?.ToString()));
    }

    private static async Task<HttpResponseMessage> Post(HttpClient browser, string path, Dictionary<string, string> fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        return await browser.PostAsync(path, form);
    }

    [GeneratedRegex("name=\"puzzle\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("id=\"code\"[^>]*>([^<]+)<")]
    private static partial Regex Code();
}
