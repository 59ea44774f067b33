using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.Enforcement;

namespace Jaga.Tests.Cases;

/// <summary><see cref="DecideCase"/>, <see cref="UndoDecision"/>, <see cref="RevealMedia"/>, <see cref="EndReveal"/>, <see cref="ReadPreview"/> and <see cref="ReadCase"/> at their edges; the whole way is in Flows.</summary>
public sealed class DecideCaseTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Two_who_decide_at_once_leave_one_decision(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var id = await Open(jaga);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            try
            {
                await Decide(jaga, id, new(Verdict.Violation, "rule 1", "seen", [], 0));
                return true;
            }
            catch (Exception refused) when (refused is RuleBroken or DbUpdateConcurrencyException)
            {
                return false;
            }
        })));

        Assert.Single(answers, a => a);
        await jaga.Do(async db =>
        {
            Assert.Equal(1, await db.Decisions.CountAsync());
            Assert.StartsWith("decision/", (await db.Obligations.SingleAsync(o => o.Clause == OpenCase.Clause)).KeptBy);
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Whoever_decides_on_what_has_grown_since_is_told_and_nothing_changes(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var id = await Open(jaga);
        await Open(jaga);

        var told = await Assert.ThrowsAsync<RuleBroken>(() => Decide(jaga, id, new(Verdict.Violation, "rule 1", "seen", [], 0)));
        Assert.Contains("Look again", told.Message);
        await jaga.Do(async db => Assert.Equal((0, 0), (await db.Decisions.CountAsync(), await db.Actions.CountAsync())));
    }

    [Theory]
    [InlineData(Verdict.Illegal, "", Verb.Remove, "policy")]
    [InlineData(Verdict.NoViolation, "", Verb.Remove, "actions")]
    [InlineData(Verdict.Illegal, "rule", Verb.Geoblock, "actions.countries")]
    [InlineData(Verdict.Illegal, "rule", Verb.BanAccount, "actions.target")]
    [InlineData(Verdict.Illegal, "rule", Verb.SuspendAccount, "actions.target")]
    public async Task A_wish_that_cannot_be_is_refused_by_field_and_changes_nothing(Verdict verdict, string policy, Verb verb, string field)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var id = await Open(jaga);

        var bad = await Assert.ThrowsAsync<BadInput>(() => Decide(jaga, id, new(verdict, policy, "seen", [new(verb, new("item", "x"))], 0)));

        Assert.Contains(field, bad.Problems.Keys);
        await jaga.Do(async db => Assert.Equal((0, 0), (await db.Decisions.CountAsync(), await db.Actions.CountAsync())));
    }

    [Fact]
    public async Task Undo_ends_with_its_window_and_is_for_the_decider_alone()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var id = await Open(jaga);
        await Decide(jaga, id, new(Verdict.Violation, "rule 1", "seen", [], 0));

        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<UndoDecision, bool>(async u =>
        {
            await u.Run(id, new(ActorKind.Staff, "other", "Other"), default);
            return true;
        }));
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        var late = await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<UndoDecision, bool>(async u =>
        {
            await u.Run(id, Me, default);
            return true;
        }));
        Assert.Contains("over", late.Message);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Only_whoever_has_the_case_looks_and_the_preview_is_all_that_others_see(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(5);
        await desk.Bank("bridges", "csam", known);
        await desk.Check("photo-1", known.Png());
        var @case = await desk.Next();
        using var lead = await jaga.As(Jaga.People.Role.Lead);
        var media = $"/api/v1/cases/{@case["id"]}/media/{@case["media"]![0]!["id"]}";

        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsync($"{media}/reveal", null)).StatusCode);
        var preview = await lead.GetByteArrayAsync($"{media}/preview");
        using var reviewer = await jaga.As(Jaga.People.Role.Reviewer);
        reviewer.DefaultRequestHeaders.Add(IdempotentWrites.Header, "one");
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal([0xFF, 0xD8], (await (await reviewer.PostAsync($"{media}/reveal", null)).Content.ReadAsByteArrayAsync())[..2]);
        }

        Assert.Equal([0xFF, 0xD8], preview[..2]);
        await desk.Reveal(@case);

        var read = JsonNode.Parse(await lead.GetStringAsync($"/api/v1/cases/{@case["id"]}"))!;
        Assert.Equal([1200], read["reveals"]!.AsArray().Select(r => (int?)r!["milliseconds"]).Where(m => m is not null).Select(m => m!.Value));
        Assert.Equal(3, read["reveals"]!.AsArray().Count);
        Assert.Contains(read["known"]!.AsArray(), k => (string?)k!["name"] == "account" && (string?)k["value"] == "u42");
    }

    private static Actor Me { get; } = new(ActorKind.Staff, "me", "Me");

    private static Task<DecideCase.Answer> Decide(JagaHost jaga, Id<Case> id, DecideCase.Request request) => jaga.Ask<DecideCase, DecideCase.Answer>(d => d.Run(id, request, Me, default));

    private static async Task<Id<Case>> Open(JagaHost jaga)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        var @case = await scope.ServiceProvider.GetRequiredService<OpenCase>().Run(
            new("item", "x"), [new(new("test", "1"), "pdq", "bridges", Labels: "gambling")], [], false, Actor.System("test"), default);
        await transaction.Commit(default);
        return @case.Id;
    }
}
