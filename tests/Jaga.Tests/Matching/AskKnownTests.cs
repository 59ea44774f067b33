using System.Text.Json.Nodes;
using Jaga.Banks;
using Jaga.Matching;
using Jaga.People;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Matching;

/// <summary><see cref="AskKnown"/> and <see cref="ReadAskUsage"/>: what a small platform learns, and what it does not.</summary>
public sealed class AskKnownTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_key_learns_whether_a_thing_is_known_and_its_labels_and_nothing_else(Store store)
    {
        await using var jaga = await Banked(store);
        using var small = await jaga.Key(Permission.AskKnown);
        using var answer = await small.PostAsJsonAsync("/api/v1/ask", new { items = new object?[] { new { pdq = BankScene.Pdq(0), quality = 90 }, new { md5 = BankScene.Md5(9) }, new { pdq = "xyz" }, null, new { pdq = BankScene.Pdq(50), quality = 90 } } });
        Assert.Equal(
            """{"results":[{"known":true,"labels":["terrorism"]},{"known":false,"labels":[]},{"errors":{"pdq":["This is 3 characters; pdq is 64 hexadecimal digits."]}},{"errors":{"hashes":["There is no hash in it."]}},{"known":false,"labels":[]}],"left":99995}""",
            await answer.Content.ReadAsStringAsync());

        string[] closed = ["/api/v1/banks", "/api/v1/quarantine", "/api/v1/opinions", "/api/v1/match/status", "/api/v1/ask/usage"];
        foreach (var path in closed)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await small.GetAsync(path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await small.PostAsJsonAsync("/api/v1/match", new { hashes = new[] { new { pdq = BankScene.Pdq(0) } } })).StatusCode);
        using var admin = await jaga.As(Role.Administrator);
        var used = Assert.Single((await admin.GetFromJsonAsync<List<ReadAskUsage.Row>>("/api/v1/ask/usage", Json.Options))!);
        Assert.Equal((5, 1, 0, "platform.example"), (used.Asked, used.Known, used.Refused, used.Platform));
        await jaga.Do(async db => Assert.Equal((0, 0), (await db.Items.CountAsync(), await db.Cases.CountAsync())));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_days_budget_and_a_minutes_rate_end_and_begin_again(Store store)
    {
        await using var jaga = await Banked(store, ("Ask:PerDay", "5"), ("Ask:PerMinute", "4"));
        using var small = await jaga.Key(Permission.AskKnown);
        Assert.Equal(HttpStatusCode.OK, (await Ask(small, 0, 1, 2)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Ask(small, 3, 4)).StatusCode);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await Ask(small, 5, 6)).StatusCode);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        using var over = await Ask(small, 7);
        Assert.Equal(HttpStatusCode.TooManyRequests, over.StatusCode);
        Assert.NotNull(over.Headers.RetryAfter);
        Assert.Equal(1, Assert.Single(await jaga.Ask<ReadAskUsage, IReadOnlyList<ReadAskUsage.Row>>(read => read.Run(default))).Refused);
        jaga.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.OK, (await Ask(small, 8)).StatusCode);

        using var another = await jaga.Key(Permission.AskKnown);
        Assert.Equal(HttpStatusCode.OK, (await Ask(another, 8)).StatusCode);
    }

    [Fact]
    public async Task Whoever_walks_along_a_hash_is_refused_and_the_desk_is_told_and_whoever_asks_the_same_again_is_not()
    {
        await using var jaga = await Banked(Store.Sqlite, ("Ask:WalkSteps", "5"));
        using var small = await jaga.Key(Permission.AskKnown);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await Ask(small, 0)).StatusCode);
        }

        var (answers, hash) = (new List<HttpStatusCode>(), Convert.FromHexString(BankScene.Pdq(0)));
        for (var bit = 0; bit < 6; bit++)
        {
            hash[bit] ^= 1;
            using var answer = await small.PostAsJsonAsync("/api/v1/ask", new { items = new[] { new { pdq = Convert.ToHexStringLower(hash), quality = 90 } } });
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.OK, 4), HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], answers);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Ask(small, 9)).StatusCode);
        await jaga.Do(async db =>
        {
            Assert.Equal("api-key", (await db.Notices.SingleAsync()).About.Kind);
            Assert.Equal(1, await db.AuditLines.CountAsync(l => l.Action == "api-key.walked"));
        });
        jaga.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.OK, (await Ask(small, 9)).StatusCode);
    }

    [Fact]
    public async Task What_nothing_was_compared_with_is_not_told_to_be_unknown()
    {
        await using var jaga = await Banked(Store.Sqlite);
        using var small = await jaga.Key(Permission.AskKnown);
        using var platform = await jaga.Key(Permission.CheckItems);
        var (zeros, empty) = (new string('0', 64), "d41d8cd98f00b204e9800998ecf8427e");
        object[] poor = [new { pdq = zeros, quality = 90 }, new { md5 = empty }, new { sha256 = zeros }, new { pdq = BankScene.Pdq(7), quality = 10 }, new { vpdq = new[] { $"{BankScene.Pdq(7)},10,0" } }];

        using var asked = await small.PostAsJsonAsync("/api/v1/ask", new { items = poor });
        var results = JsonNode.Parse(await asked.Content.ReadAsStringAsync())!["results"]!.AsArray();
        Assert.All(results, r => Assert.Null(r!["known"]));
        Assert.Equal(["pdq", "md5", "sha256", "quality", "items"], results.Select(r => r!["errors"]!.AsObject().Select(e => e.Key).First()));
        using var looked = await platform.PostAsJsonAsync("/api/v1/match", new { hashes = poor });
        Assert.All(JsonNode.Parse(await looked.Content.ReadAsStringAsync())!["results"]!.AsArray(), r => Assert.Null(r!["matches"]));

        using var zero = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "a" }, hashes = new { pdq = zeros, quality = 90 } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, zero.StatusCode);
        using var checkedPoor = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "a" }, hashes = new { pdq = BankScene.Pdq(7), quality = 10 } });
        Assert.Equal(("unreadable", FindMatches.TooPoor), Verdict(await checkedPoor.Content.ReadAsStringAsync()));
        using var withDigest = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "b" }, hashes = new { pdq = BankScene.Pdq(7), quality = 10, md5 = BankScene.Md5(7) } });
        Assert.Equal(("allow", null), Verdict(await withDigest.Content.ReadAsStringAsync()));
        using var nothingToCompare = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id = "c" }, text = "!!!" });
        Assert.Equal(("allow", null), Verdict(await nothingToCompare.Content.ReadAsStringAsync()));

        static (string?, string?) Verdict(string answer) => ((string?)JsonNode.Parse(answer)!["verdict"], (string?)JsonNode.Parse(answer)!["reason"]);
    }

    [Fact]
    public async Task Only_banks_that_may_be_answered_from_are()
    {
        await using var jaga = await Banked(Store.Sqlite, ("Ask:Banks:0", "Other"));
        using var small = await jaga.Key(Permission.AskKnown);
        using (var missing = await Ask(small, 0))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, missing.StatusCode);
            Assert.Contains("'Other'", await missing.Content.ReadAsStringAsync());
        }

        await jaga.Bank("other");
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        using var answer = await Ask(small, 0);
        Assert.False((bool)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["results"]![0]!["known"]!);
    }

    private static async Task<JagaHost> Banked(Store store, params (string, string)[] settings)
    {
        var jaga = await JagaHost.Start(store, null, settings);
        var bank = await jaga.Bank("bridges", new() { Labels = ["terrorism"], OnMatch = OnMatch.Hold });
        await jaga.Import(bank, $"hash,algorithm,quality,labels\n{BankScene.Pdq(0)},pdq,90,secret-entry-label\n");
        var watched = await jaga.Bank("tried out", new() { OnMatch = OnMatch.Watch });
        await jaga.Import(watched, BankScene.Csv(1, 50));
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        return jaga;
    }

    private static Task<HttpResponseMessage> Ask(HttpClient client, params int[] numbers) =>
        client.PostAsJsonAsync("/api/v1/ask", new { items = numbers.Select(n => new { pdq = BankScene.Pdq(n), quality = 90 }) });
}
