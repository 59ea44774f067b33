using System.Text.Json.Nodes;
using Jaga.Banks;
using Jaga.Cases;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Matching;
using Jaga.People;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Matching;

/// <summary><see cref="JudgeFlood"/>, <see cref="DecideQuarantine"/>, <see cref="ReadQuarantine"/> and <see cref="Jaga.Items.OpenKept"/>.</summary>
public sealed class QuarantineTests
{
    private static readonly (string, string)[] Small = [("Flood:Matches", "5"), ("Flood:Accounts", "3")];

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_signal_that_floods_is_put_aside_and_a_lead_who_releases_it_gets_the_cases_it_would_have_opened(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: Small);
        var matcher = await Banked(jaga);
        using var platform = await jaga.Key(Permission.CheckItems);
        using var lead = await jaga.As(Role.Lead);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("hold", (string?)(await Check(platform, i, $"u{i % 3}"))["verdict"]);
        }

        await matcher.CatchUp(default);
        for (var i = 5; i < 8; i++)
        {
            var quiet = await Check(platform, i, $"u{i}");
            Assert.Equal(("hold", 1, null), ((string?)quiet["verdict"], quiet["quarantined"]!.AsArray().Count, (string?)quiet["caseId"]));
        }

        // Who asks elsewhere whether it is known learns so too.
        Assert.Single(matcher.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(0)), 90) }));
        Assert.Equal("open", await State(platform, 5));

        var row = Assert.Single((await lead.GetFromJsonAsync<List<ReadQuarantine.Row>>("/api/v1/quarantine", Json.Options))!);
        Assert.Equal(("bridges", 3, 3, 8, StandingState.Quarantined), (row.Bank, row.Kept, row.Accounts, row.Matches, row.State));
        await jaga.Do(async db =>
        {
            Assert.Equal(5, await db.Cases.CountAsync());
            Assert.True((await db.Notices.SingleAsync(n => n.About.Kind == "signal")).Urgent);
        });

        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.PostAsJsonAsync($"/api/v1/quarantine/{row.Signal}/release", new { why = "it is right" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/quarantine/{row.Signal}/release", new { why = "it is right" })).StatusCode);
        await jaga.RunWorker();
        await matcher.CatchUp(default);
        await jaga.Do(async db =>
        {
            Assert.Equal(8, await db.Cases.CountAsync());
            Assert.Null((await db.Notices.SingleAsync(n => n.About.Kind == "signal")).NextCallAt);
            Assert.Equal(8, await db.Obligations.CountAsync(o => o.Clause == OpenCase.HeldClause));
            Assert.All(await db.Sightings.ToListAsync(), s => Assert.Equal(SightingOutcome.Counted, s.Outcome));
        });

        // Whoever released it is not asked again at once.
        Assert.Equal("hold", (string?)(await Check(platform, 9, "u9"))["verdict"]);
        await matcher.CatchUp(default);
        Assert.Equal("hold", (string?)(await Check(platform, 10, "u10"))["verdict"]);
        Assert.Equal(HttpStatusCode.NotFound, (await lead.PostAsJsonAsync($"/api/v1/quarantine/{row.Signal}/release", new { why = "again" })).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_quarantine_that_is_confirmed_puts_the_signal_out_of_use_and_tells_its_list(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: Small);
        var matcher = await Banked(jaga);
        using var platform = await jaga.Key(Permission.CheckItems);
        using var lead = await jaga.As(Role.Lead);
        for (var i = 0; i < 5; i++)
        {
            await Check(platform, i, null);
        }

        await matcher.CatchUp(default);
        await Check(platform, 5, null);
        Assert.Equal("open", await State(platform, 5));
        var signal = Assert.Single(await jaga.Ask<ReadQuarantine, IReadOnlyList<ReadQuarantine.Row>>(read => read.Run(StandingState.Quarantined, default))).Signal;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PostAsJsonAsync($"/api/v1/quarantine/{signal}/confirm", new { why = "" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/quarantine/{signal}/confirm", new { why = "a blank picture" })).StatusCode);
        await matcher.CatchUp(default);
        var after = await Check(platform, 6, "u1");
        Assert.Equal((0, null), (after["matches"]!.AsArray().Count, after["quarantined"]));

        // What was held for it alone may go; what has a case waits for its own decision.
        Assert.Equal(("decided", "open"), (await State(platform, 5), await State(platform, 4)));
        await jaga.Do(async db => Assert.Equal((Judgement.Deconfirm, OpinionState.Waiting), await db.Opinions.Select(o => new ValueTuple<Judgement, OpinionState>(o.Judgement, o.State)).SingleAsync()));
        Assert.Equal(StandingState.Disabled, Assert.Single((await lead.GetFromJsonAsync<List<ReadQuarantine.Row>>("/api/v1/quarantine?state=disabled", Json.Options))!).State);
    }

    [Fact]
    public async Task A_signal_that_floods_in_a_bank_that_does_not_hold_opens_no_more_cases()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: Small);
        var matcher = await Banked(jaga, OnMatch.Case);
        using var platform = await jaga.Key(Permission.CheckItems);
        for (var i = 0; i < 5; i++)
        {
            await Check(platform, i, null);
        }

        await matcher.CatchUp(default);
        var quiet = await Check(platform, 5, null);
        Assert.Equal(("allow", 1, null), ((string?)quiet["verdict"], quiet["quarantined"]!.AsArray().Count, (string?)quiet["caseId"]));
        Assert.Empty(matcher.Find(new() { Pdq = new(PdqHash.Parse(BankScene.Pdq(0)), 90) }));
        Assert.Null(await State(platform, 5));
    }

    [Fact]
    public async Task An_opinion_leaves_a_signal_in_quarantine_to_the_lead_who_then_gets_its_cases()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, settings: Small);
        var matcher = await Banked(jaga, OnMatch.Hold, dropsDeconfirmed: true);
        using var platform = await jaga.Key(Permission.CheckItems);
        using var lead = await jaga.As(Role.Lead);
        for (var i = 0; i < 5; i++)
        {
            await Check(platform, i, null);
        }

        await matcher.CatchUp(default);
        await Check(platform, 5, null);
        var row = Assert.Single(await jaga.Ask<ReadQuarantine, IReadOnlyList<ReadQuarantine.Row>>(read => read.Run(StandingState.Quarantined, default)));
        foreach (var judgement in new[] { Judgement.Deconfirm, Judgement.Confirm })
        {
            await jaga.Ask<GiveOpinion, ReadOpinions.Row>(give => give.Run(row.BankId, row.Signal, new(judgement, "seen"), BankScene.Operator, default));
            await jaga.Do(async db => Assert.Equal(StandingState.Quarantined, (await db.SignalStandings.SingleAsync()).State));
        }

        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync($"/api/v1/quarantine/{row.Signal}/release", new { why = "it is right" })).StatusCode);
        await jaga.RunWorker();
        await jaga.Do(async db => Assert.Equal(6, await db.Cases.CountAsync()));
    }

    [Fact]
    public async Task Many_matches_of_few_accounts_or_of_a_signal_that_always_matches_are_no_flood()
    {
        await using (var few = await JagaHost.Start(Store.Sqlite, settings: Small))
        {
            await Banked(few);
            using var platform = await few.Key(Permission.CheckItems);
            for (var i = 0; i < 8; i++)
            {
                await Check(platform, i, $"u{i % 2}");
            }

            await few.Do(async db => Assert.Equal(0, await db.SignalStandings.CountAsync()));
        }

        await using var usual = await JagaHost.Start(Store.Sqlite, settings: [.. Small, ("Flood:History", "02:00:00"), ("Flood:Factor", "2")]);
        await Banked(usual);
        using var same = await usual.Key(Permission.CheckItems);
        for (var i = 0; i < 4; i++)
        {
            await Check(same, i, $"u{i}");
        }

        usual.Clock.Advance(TimeSpan.FromMinutes(70));
        for (var i = 4; i < 11; i++)
        {
            await Check(same, i, $"u{i}");
        }

        await usual.Do(async db => Assert.Equal(0, await db.SignalStandings.CountAsync()));
        await Check(same, 11, "u11");
        await usual.Do(async db => Assert.Equal(1, await db.SignalStandings.CountAsync()));
    }

    private static async Task<Matcher> Banked(JagaHost jaga, OnMatch onMatch = OnMatch.Hold, bool dropsDeconfirmed = false)
    {
        var bank = await jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new(new() { Name = "bridges", OnMatch = onMatch, DropsDeconfirmed = dropsDeconfirmed, Labels = ["other"] }, BankOrigin.ThirdParty), BankScene.Operator, default));
        await jaga.Import(bank, BankScene.Csv(1));
        var matcher = jaga.Services.GetRequiredService<Matcher>();
        await matcher.CatchUp(default);
        return matcher;
    }

    private static async Task<string?> State(HttpClient platform, int number) =>
        (await platform.GetFromJsonAsync<List<ReadItem.Line>>($"/api/v1/items?id=item-{number}", Json.Options))![0].State;

    private static async Task<JsonNode> Check(HttpClient platform, int number, string? account)
    {
        using var answer = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = $"item-{number}", account }, hashes = new { pdq = BankScene.Pdq(0), quality = 90 } });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
