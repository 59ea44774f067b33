using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.People;

namespace Jaga.Tests.Obligations;

public sealed class ReportTests
{
    private const string Urgent = "id-permenkominfo-5-2020.takedown-urgent";

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Whatever_was_owed_in_a_period_is_counted_once_and_the_sums_add_up(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Live(jaga);
        foreach (var (from, to) in new[] { ("2026-03-01", "2026-03-31"), ("2026-03-02", "2026-03-02"), ("2026-03-03", "2026-03-03"), ("2026-03-05", "2026-03-31"), ("2026-01-01", "2026-02-01"), ("2027-01-01", "2027-12-31") })
        {
            var (period, told) = (new ReadReport.Request(DateOnly.Parse(from), DateOnly.Parse(to), TimeZoneInfo.Utc), new List<ReadReport.Told>());
            var report = await jaga.Ask<ReadReport, ReadReport.Answer>(read => read.Run(period, default));
            await jaga.Ask<ReadReport, bool>(async read =>
            {
                await foreach (var one in read.All(period, default))
                {
                    told.Add(one);
                }

                return true;
            });
            Assert.All(report.Regimes.SelectMany(r => r.Clauses.Append(r.Sum)).Append(report.Sum), l => Assert.Equal(l.Owed, l.Kept + l.KeptLate + l.Broken + l.Cancelled + l.CancelledLate + l.Open));
            Assert.Equal(report.Regimes.Sum(r => r.Sum.Owed), report.Sum.Owed);
            Assert.Equal(
                [report.Sum.Kept, report.Sum.KeptLate, report.Sum.Broken, report.Sum.Cancelled, report.Sum.CancelledLate, report.Sum.Open],
                Enum.GetValues<ReportOutcome>().Select(o => told.Count(t => t.Outcome == o)));
            var exceptions = await jaga.Ask<ReadReport, Page<ReadReport.Told>>(read => read.Exceptions(period, new(null, null), default));
            Assert.Equal(report.Sum.Paused, told.Count(t => t.PausedSeconds > 0));
            Assert.Equal(told.Where(t => t.PausedSeconds > 0 || t.Outcome is not (ReportOutcome.Kept or ReportOutcome.Open)).Select(t => t.Story.Obligation.Id), exceptions.Rows.Select(e => e.Story.Obligation.Id));
        }

        var march = await jaga.Ask<ReadReport, ReadReport.Answer>(read => read.Run(new(new(2026, 3, 1), new(2026, 3, 31), TimeZoneInfo.Utc), default));
        Assert.Equal((0, 6, 1, 1, 1, 1, 2), (march.Sum.BroughtIn, march.Sum.Opened, march.Sum.Kept, march.Sum.KeptLate, march.Sum.Broken, march.Sum.Cancelled, march.Sum.Open));

        // On the evening of the second only the urgent ones were over; the one that was kept later was broken then.
        var second = await jaga.Ask<ReadReport, ReadReport.Answer>(read => read.Run(new(new(2026, 3, 2), new(2026, 3, 2), TimeZoneInfo.Utc), default));
        Assert.Equal((1, 0, 2), (second.Sum.Kept, second.Sum.KeptLate, second.Sum.Broken));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_was_broken_stays_an_exception_when_it_is_cancelled_afterwards_and_every_pause_is_listed_with_its_length(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (broken, paused) = (await jaga.Owe(Urgent, new("order", "late")), await jaga.Owe(about: new("item", "paused")));
        await jaga.Act(d => d.Pause(paused.Id, "A question was asked.", Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromHours(5));
        await jaga.Act(d => d.Cancel(broken.Id, "It was not meant for us.", Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromHours(5));
        await jaga.Keep(about: new("item", "paused"));

        // The rungs of which nobody heard are on record too: the time was over.
        Assert.Equal([0, 50, 75, 90, 100], (await jaga.Story(broken.Id)).Rungs.Select(r => r.Percent));
        var period = new ReadReport.Request(new(2026, 3, 1), new(2026, 3, 31), TimeZoneInfo.Utc);
        var report = await jaga.Ask<ReadReport, ReadReport.Answer>(read => read.Run(period, default));
        Assert.Equal((1, 0, 0, 1, 1, false), (report.Sum.Kept, report.Sum.Broken, report.Sum.Cancelled, report.Sum.CancelledLate, report.Sum.Paused, report.Sum.AllKept));
        var exceptions = (await jaga.Ask<ReadReport, Page<ReadReport.Told>>(read => read.Exceptions(period, new(null, null), default))).Rows;
        Assert.Equal([(ReportOutcome.Kept, 36_000.0), (ReportOutcome.CancelledLate, 0.0)], exceptions.Select(e => (e.Outcome, e.PausedSeconds)).Order());
        using var lead = await jaga.As(Role.Lead);
        var csv = await Csv(lead);
        Assert.Contains(",cancelledLate,", csv, StringComparison.Ordinal);
        Assert.Contains(",36000,", csv, StringComparison.Ordinal);
        var page = await lead.GetStringAsync("/obligations/report?from=2026-03-01&to=2026-03-31");
        Assert.Contains("Not everything was kept in time", page, StringComparison.Ordinal);
        Assert.Contains("stood still for 10 h", page, StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task ExplainObligation_adds_to_an_exception_what_a_person_says_and_to_nothing_else(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var (broken, kept) = await Live(jaga);
        using var lead = await jaga.As(Role.Lead);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/obligations/{broken}/explain", new { words = "The power was out in the whole district." })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/obligations/{kept}/explain", new { words = "Why not." })).StatusCode);
        await Assert.ThrowsAsync<BadInput>(() => jaga.Ask<ExplainObligation, bool>(async e => { await e.Run(broken, new(" "), Owing.Tester, default); return true; }));
        var told = JsonNode.Parse(await lead.GetStringAsync("/api/v1/obligations/report/exceptions?from=2026-03-01&to=2026-03-31"))!["rows"]!.AsArray().Single(r => (string)r!["story"]!["obligation"]!["id"]! == broken.ToString())!;
        Assert.Equal("The power was out in the whole district.", (string)told["explanations"]![0]!["words"]!);
        Assert.Equal([0, 50, 75, 90, 100, 200, 300, 400], told["story"]!["rungs"]!.AsArray().Select(r => (int)r!["percent"]!));
        var page = await lead.GetStringAsync("/obligations/report?from=2026-03-01&to=2026-03-31");
        Assert.Contains("The power was out in the whole district.", page, StringComparison.Ordinal);
        Assert.Contains("1 of 4 kept in time", page, StringComparison.Ordinal);
        Assert.Contains("A question was asked.", await Csv(lead), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.GetAsync("/api/v1/obligations/report?from=2026-03-02&to=2026-03-01")).StatusCode);
    }

    [Fact]
    public async Task As_csv_each_obligation_is_a_line_and_no_strangers_words_are_a_formula()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await Live(jaga);
        await jaga.Act(d => Task.FromResult(d.Open(Owing.Day, Owing.Item, "=HYPERLINK(\"http://127.0.0.1\",\"x\")", Owing.Tester)));
        using var lead = await jaga.As(Role.Lead);
        var csv = await Csv(lead);
        Assert.Equal(8, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(",\"'=HYPERLINK(\"\"http://127.0.0.1\"\",\"\"x\"\")\",", csv, StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_verb_proves_the_same_beside_the_server_and_says_by_its_exit_whether_all_was_kept(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Keep(Urgent, (await jaga.Owe(Urgent, new("order", "kept"))).About);
        string[] where = store is Store.Sqlite ? ["--data", jaga.Data] : ["--data", jaga.Data, "--store", jaga.Services.GetRequiredService<StorageSettings>().Connection];
        var kept = await JagaProcess.Run(jaga.Data, ["obligations", "report", "--from", "2026-03-02", "--to", "2026-03-02", .. where]);
        Assert.Equal((0, ""), (kept.Exit, kept.Errors));
        Assert.Equal(["clause,broughtIn,opened,kept,keptLate,broken,cancelled,cancelledLate,open,paused", $"{Urgent},0,1,1,0,0,0,0,0,0", "all,0,1,1,0,0,0,0,0,0"], kept.Lines);
        await Live(jaga);
        var csv = Path.Combine(jaga.Data, "report.csv");
        var all = await JagaProcess.Run(jaga.Data, ["obligations", "report", "--from", "2026-03-01", "--to", "2026-03-05", "--csv", csv, .. where]);
        Assert.Equal(1, all.Exit);
        Assert.Equal("all,0,7,2,1,1,1,0,2,1", all.Lines[^1]);
        Assert.Contains("7 obligations written", all.Errors, StringComparison.Ordinal);
        Assert.Equal(8, (await File.ReadAllLinesAsync(csv)).Length);
        Assert.Equal(2, (await JagaProcess.Run(jaga.Data, ["obligations", "report", "--from", "2026-03-02", "--to", "2026-03-01", .. where])).Exit);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"it\"", "\"say \"\"it\"\"\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@sum", "'@sum")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("", "")]
    public void A_field_is_quoted_and_never_a_formula(string text, string field) => Assert.Equal(field + "\r\n", Jaga.Obligations.Csv.Line([text]));

    private static async Task<string> Csv(HttpClient client)
    {
        using var answer = await client.GetAsync("/obligations/report.csv?from=2026-03-01&to=2026-03-31");
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("obligations-2026-03-01-2026-03-31.csv", answer.Content.Headers.ContentDisposition!.FileName);
        return await answer.Content.ReadAsStringAsync();
    }

    // One of each: kept, kept late, broken, cancelled, paused, and one with time left.
    private static async Task<(Id<Obligation> Broken, Id<Obligation> Kept)> Live(JagaHost jaga)
    {
        var owed = new List<Obligation>();
        for (var i = 0; i < 4; i++)
        {
            owed.Add(await jaga.Owe(Urgent, new("order", $"o{i}")));
        }

        var cancelled = await jaga.Owe(about: new("item", "c"));
        await jaga.Owe("house.answer-letter", new("letter", "l"));
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await jaga.Keep(Urgent, new("order", "o0"));
        await jaga.Act(d => d.Pause(owed[3].Id, "A question was asked.", Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromHours(23));
        await jaga.Walk();
        await jaga.Keep(Urgent, new("order", "o1"));
        await jaga.Act(d => d.Cancel(cancelled.Id, "Opened for the wrong item.", Owing.Tester, default));
        jaga.Clock.Advance(TimeSpan.FromDays(3));
        return (owed[2].Id, owed[0].Id);
    }
}
