using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Jaga.Obligations;
using Jaga.People;

namespace Jaga.Tests.Obligations;

public sealed class SetLadderTests
{
    private const string Law = "id-permenkominfo-5-2020.takedown-urgent";
    private static readonly object[] Short = [new { percent = 25, whom = "lead" }, new { percent = 100, whom = "everyone" }];

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_set_holds_for_what_is_opened_afterwards_and_for_nothing_else(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        using var lead = await jaga.As(Role.Lead);
        var before = await jaga.Owe(Law, new("order", "1"));
        Assert.Equal(1, (int)(await Set(lead, new { steps = Short, due = "PT2H", why = "We want to be quicker." }))["number"]!);
        var after = await jaga.Owe(Law, new("order", "2"));
        Assert.Equal(2, (int)(await Set(lead, new { why = "It was too quick." }))["number"]!);
        var last = await jaga.Owe(Law, new("order", "3"));

        var four = TimeSpan.FromHours(4);
        Assert.Equal([four, TimeSpan.FromHours(2), four], new[] { before, after, last }.Select(o => o.DueAt - o.OpenedAt));
        jaga.Clock.Advance(TimeSpan.FromHours(2));
        await jaga.Walk();
        Assert.Equal([25, 100], (await jaga.Story(after.Id)).Rungs.Select(r => r.Percent));
        Assert.Equal([0, 50], (await jaga.Story(before.Id)).Rungs.Select(r => r.Percent));

        var told = await jaga.Ask<ReadLadders, ReadLadders.Of>(read => read.One(Law, null, default));
        Assert.Equal([("It was too quick.", null), ("We want to be quicker.", "PT2H")], told.Versions.Select(v => (v.Why, v.Due)));
        Assert.All(told.Versions, v => Assert.StartsWith("staff:", v.SetBy, StringComparison.Ordinal));
        Assert.Equal(told.Own.Count, told.InForce.Count);
        await jaga.Do(async db => Assert.Equal(2, await db.AuditLines.CountAsync(l => l.Action == "ladder.set")));
    }

    [Fact]
    public async Task A_ladder_for_the_queue_goes_before_one_for_any()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        async Task<int> Rungs() => System.Text.Json.JsonSerializer.Deserialize<List<Step>>((await jaga.Owe(Law)).Ladder, Json.Options)!.Count;
        await Run(jaga, new([new(100, Whom.Everyone)], null, null, "For any queue."));
        Assert.Equal(1, await Rungs());
        await Run(jaga, new([new(50, Whom.Lead), new(100, Whom.Everyone)], null, "leads", "For the leads."));
        Assert.Equal(2, await Rungs());
    }

    [Theory]
    [InlineData("""{ "steps": [{"percent": 75, "whom": "lead"}, {"percent": 50, "whom": "head"}, {"percent": 100, "whom": "everyone"}], "why": "w" }""", "rising")]
    [InlineData("""{ "steps": [{"percent": 50, "whom": "lead"}], "why": "w" }""", "no rung at 100")]
    [InlineData("""{ "steps": [], "why": "w" }""", "1 to 12 rungs")]
    [InlineData("""{ "due": "PT5H", "why": "w" }""", "only be made shorter")]
    [InlineData("""{ "due": "soon", "why": "w" }""", "ISO 8601")]
    [InlineData("""{ "due": "PT1H", "why": " " }""", "Say why")]
    [InlineData("""{ "due": "PT1H", "queue": "lead", "why": "w" }""", "never be used")]
    public async Task What_cannot_be_a_ladder_is_refused_with_the_reason(string request, string reason)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var lead = await jaga.As(Role.Lead);
        using var json = new StringContent(request, MediaTypeHeaderValue.Parse("application/json"));
        using var answer = await lead.PostAsync($"/api/v1/regimes/{Law}/ladder", json);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_its_page_a_ladder_is_tried_on_the_time_line_before_it_is_set()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var lead = await jaga.As(Role.Lead);
        var tried = await lead.GetStringAsync($"/regimes/{Law}/ladder?percent=25&whom=Lead&percent=100&whom=Everyone&percent=&whom=Owner&again=&due=PT2H&queue=&why=");
        Assert.Contains("after 30 min (25 %): the lead", tried, StringComparison.Ordinal);
        Assert.Contains("no rung at 100", await lead.GetStringAsync($"/regimes/{Law}/ladder?percent=25&whom=Lead"), StringComparison.Ordinal);
        await jaga.Do(async db => Assert.Equal(0, await db.Ladders.CountAsync()));

        var form = new List<KeyValuePair<string, string>> { new("percent", "25"), new("whom", "Lead"), new("percent", "100"), new("whom", "Everyone"), new("again", "24"), new("due", "PT4H"), new("queue", ""), new("why", "A test."), new("act", "set") };
        Assert.Equal(HttpStatusCode.Redirect, (await lead.PostAsync($"/regimes/{Law}/ladder", new FormUrlEncodedContent(form))).StatusCode);
        var set = await jaga.Ask<ReadLadders, IReadOnlyList<ReadLadders.Version>>(read => read.Run(default));
        Assert.Equal([new(25, Whom.Lead), new(100, Whom.Everyone, 24)], Assert.Single(set).Steps!);
        Assert.Null(set[0].Due);
        Assert.Contains("set here", await lead.GetStringAsync("/regimes"), StringComparison.Ordinal);
    }

    private static Task<ReadLadders.Version> Run(JagaHost jaga, SetLadder.Request request) => jaga.Ask<SetLadder, ReadLadders.Version>(set => set.Run(Law, request, Owing.Tester, default));

    private static async Task<JsonNode> Set(HttpClient client, object request)
    {
        using var answer = await client.PostAsJsonAsync($"/api/v1/regimes/{Law}/ladder", request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}
