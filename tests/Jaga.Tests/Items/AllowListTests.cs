using System.Text.Json.Nodes;
using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Items;
using Jaga.Matching;
using Jaga.Tests.Banks;

namespace Jaga.Tests.Items;

/// <summary>Banks of what is known to be harmless, in <see cref="CheckItem"/> and <see cref="Known"/>.</summary>
public sealed class AllowListTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_on_an_allow_list_opens_no_case_and_the_answer_and_the_audit_log_say_so(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var known = await jaga.Bank("bridges", new() { OnMatch = OnMatch.Hold, Labels = ["other"] });
        await jaga.Import(known, BankScene.Csv(2));
        var allowed = await jaga.Bank("our own logo", new() { OnMatch = OnMatch.Allow, MaxDistance = 2 });
        await jaga.Import(allowed, BankScene.Csv(1));
        await jaga.Services.GetRequiredService<Matcher>().CatchUp(default);
        using var platform = await jaga.Key(Permission.CheckItems);

        var one = await Check(platform, "a", 0);
        Assert.Equal(("allow", 0, null), ((string?)one["verdict"], one["matches"]!.AsArray().Count, (string?)one["caseId"]));
        Assert.Equal(("bridges", "our own logo"), ((string?)one["suppressed"]![0]!["match"]!["bank"], (string?)one["suppressed"]![0]!["by"]!["bank"]));
        var other = await Check(platform, "b", 1);
        Assert.Equal("hold", (string?)other["verdict"]);
        Assert.Null(other["suppressed"]);

        await jaga.Do(async db =>
        {
            var line = await db.AuditLines.SingleAsync(l => l.Action == "match.suppressed");
            Assert.Equal(("item", "a"), (line.Subject.Kind, line.Subject.Id));
            Assert.Contains("our own logo", line.Why);
            Assert.Equal([SightingOutcome.Counted, SightingOutcome.Suppressed], (await db.Sightings.Select(s => s.Outcome).ToListAsync()).Order());
            Assert.Equal(1, await db.Cases.CountAsync());
        });
    }

    [Fact]
    public async Task No_bank_of_the_forbidden_becomes_one_of_the_harmless()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var known = await jaga.Bank("bridges");
        var allowed = await jaga.Bank("logo", new() { OnMatch = OnMatch.Allow });
        Assert.Contains("onMatch", (await Assert.ThrowsAsync<BadInput>(() => Edit(known, OnMatch.Allow))).Problems.Keys);
        Assert.Contains("onMatch", (await Assert.ThrowsAsync<BadInput>(() => Edit(allowed, OnMatch.Hold))).Problems.Keys);
        await Assert.ThrowsAsync<BadInput>(() => jaga.Ask<CreateBank, BankAnswer>(create => create.Run(new(new() { Name = "theirs", OnMatch = OnMatch.Allow }, BankOrigin.ThirdParty), BankScene.Operator, default)));

        Task<BankAnswer> Edit(BankAnswer bank, OnMatch to) => jaga.Ask<EditBank, BankAnswer>(edit => edit.Run(bank.Id, new(new() { OnMatch = to }, "a test"), BankScene.Operator, default));
    }

    [Fact]
    public void An_allowed_frame_says_nothing_of_the_other_frames_and_an_allowed_film_says_it_of_all()
    {
        var known = new Known();
        known.Change([Made(1, "bridges", OnMatch.Hold), Made(2, "title cards", OnMatch.Allow)]);
        known.Add(new(1, 1, 1, 9, "list"), [Pdq(1, 1, 10), Pdq(2, 1, 11)]);
        known.Add(new(2, 2, 10, 9, "list"), [Pdq(10, 2, 10), new(11, 2, 2, SignalType.Md5, Convert.FromHexString(BankScene.Md5(5)), null, "", "", "")]);
        var frames = new MatchQuery { Frames = [(0, Hash(10)), (7, Hash(11))] };

        var one = known.Look(frames);
        Assert.Equal((2, 7), (Assert.Single(one.Counting).Signal, one.Counting[0].Frame));
        Assert.Equal((1, 10), (Assert.Single(one.Suppressed).Match.Signal, one.Suppressed[0].By.Signal));
        var whole = known.Look(frames with { Digests = [Digest.Parse(DigestAlgorithm.Md5, BankScene.Md5(5))] });
        Assert.Empty(whole.Counting);
        Assert.Equal(2, whole.Suppressed.Count);

        static Bank Made(int number, string name, OnMatch onMatch) => Bank.Create(number, BankOrigin.Own, new() { Name = name, OnMatch = onMatch }, DateTimeOffset.UnixEpoch);
        static FedSignal Pdq(long id, int bank, int of) => new(id, bank, bank, SignalType.Pdq, Convert.FromHexString(BankScene.Pdq(of)), 100, "", "", "");
        static PdqFingerprint Hash(int of) => new(PdqHash.Parse(BankScene.Pdq(of)), 100);
    }

    private static async Task<JsonNode> Check(HttpClient platform, string id, int number)
    {
        using var answer = await platform.PostAsJsonAsync("/api/v1/check", new { item = new { id, account = "u1" }, hashes = new { pdq = BankScene.Pdq(number), quality = 90 } });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
