using System.Text.RegularExpressions;
using Jaga.Cases;
using Jaga.Enforcement;
using Jaga.Evidence;
using Jaga.Items;
using Jaga.People;
using Jaga.Reports;
using Jaga.Tests.Reports;

namespace Jaga.Tests.Cases;

/// <summary>A place in a reporter's words is given its meaning: <see cref="PointCase"/>.</summary>
public sealed partial class PointCaseTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_place_that_is_pointed_to_an_account_can_be_acted_on_by_the_ordinary_choices(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Cases:Undo", "00:00:00"));
        await Reported(jaga, "akun @jahat99 di chat");
        using var reviewer = await jaga.As(Role.Reviewer);
        var page = (await reviewer.PostAsync("/queue/next", null)).Headers.Location!.ToString();
        var before = await reviewer.GetStringAsync(page);
        Assert.DoesNotContain("value=\"ban-account\"", before, StringComparison.Ordinal);
        Assert.Contains("name=\"means\" value=\"jahat99\"", before, StringComparison.Ordinal);

        // An address that is of something else comes back with what was typed, and the wrong field marked.
        var (status, wrong) = await Send(reviewer, page, "/means", ("kind", "account"), ("means", "https://plaza.example/somewhere"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("value=\"https://plaza.example/somewhere\"", wrong, StringComparison.Ordinal);
        Assert.Matches(Marked(), wrong);

        Assert.Equal(HttpStatusCode.Found, (await Send(reviewer, page, "/means", ("kind", "account"), ("means", " u42 "))).Status);
        var after = await reviewer.GetStringAsync(page);
        Assert.Contains("value=\"ban-account\"", after, StringComparison.Ordinal);
        var version = Version().Match(after).Groups[1].Value;
        Assert.Equal(HttpStatusCode.Found, (await Send(reviewer, page, "/decision", ("choice", "illegal-ban-account"), ("policy", "law"), ("reason", "seen"), ("version", version))).Status);
        await jaga.Do(async db =>
        {
            var (@case, action) = (await db.Cases.SingleAsync(), await db.Actions.SingleAsync());
            Assert.Equal(("place/@jahat99", "account/u42", CaseState.Decided), (@case.About.ToString(), @case.Means.ToString(), @case.State));
            Assert.Equal((Verb.BanAccount, "account/u42"), (action.Verb, action.Target.ToString()));
            Assert.Equal("account/u42", (await db.AuditLines.SingleAsync(l => l.Action == "case.pointed")).Why);
            var report = await db.Referrals.SingleAsync();
            Assert.Equal(("u42", "u42"), (report.Account, report.Says(jaga.Services.GetRequiredService<MasterKey>()).Reported?.EspIdentifier));
        });
        Assert.Equal(HttpStatusCode.Conflict, (await reviewer.PostAsJsonAsync($"/api/v1{page}/means", new { kind = "account", id = "u43" })).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Only_who_has_the_case_points_it_and_only_a_place_and_whoever_looks_meanwhile_looks_again(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Cases:Addresses:0", "https://plaza.example/u/{account}"));
        await Reported(jaga, "@jahat99");
        await Reported(jaga, "group:812");
        var (place, group) = (await Case(jaga, "place"), await Case(jaga, "group"));
        var (mine, other) = (new Actor(ActorKind.Staff, Guid.NewGuid().ToString(), "A"), new Actor(ActorKind.Staff, Guid.NewGuid().ToString(), "B"));
        await jaga.Ask<TakeCase, bool>(async take => { await take.Run(place.Id, mine, default); return true; });

        Assert.Contains("Somebody else", (await Assert.ThrowsAsync<RuleBroken>(() => Point(jaga, place.Id, "account", "u42", other))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RuleBroken>(() => Point(jaga, group.Id, "account", "u42", mine));
        await Assert.ThrowsAsync<BadInput>(() => Point(jaga, place.Id, "case", "u42", mine));
        await Assert.ThrowsAsync<BadInput>(() => Point(jaga, place.Id, "group", " ", mine));
        await Assert.ThrowsAsync<BadInput>(() => Point(jaga, place.Id, "group", "https://plaza.example/u/Jahat", mine));
        Assert.Equal(new Subject("account", "Jahat"), await Point(jaga, place.Id, "account", "https://plaza.example/u/Jahat", mine));
        Assert.Equal(new Subject("link", "https://plaza.example/x"), await Point(jaga, place.Id, "link", "https://plaza.example/x", mine));
        Assert.Equal(new Subject("account", "u43"), await Point(jaga, place.Id, "account", "account:u43", mine));
        await Assert.ThrowsAsync<BadInput>(() => Point(jaga, place.Id, "group", "account:u43", mine));
        await Assert.ThrowsAsync<BadInput>(() => Point(jaga, place.Id, "link", $"https://plaza.example/{new string('x', 300)}", mine));

        var stale = await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<DecideCase, DecideCase.Answer>(decide => decide.Run(place.Id, new(Jaga.Cases.Verdict.Violation, "x", "x", null, place.Version), mine, default)));
        Assert.Contains("Look again", stale.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_held_or_erased_for_an_account_reaches_the_case_that_was_pointed_to_it_and_its_other_case_says_so(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Reported(jaga, "@jahat99");
        await Reported(jaga, "account:u42");
        var (place, account, actor) = (await Case(jaga, "place"), await Case(jaga, "account"), new Actor(ActorKind.Staff, Guid.NewGuid().ToString(), "A"));
        await Point(jaga, place.Id, "account", "u42", actor);

        Task<IReadOnlyList<Subject>> Belonging(Subject whole) => jaga.Ask<IEnumerable<IBelongings>, IReadOnlyList<Subject>>(rooms => rooms.OfType<Belongings>().Single().Of(whole, default));
        Assert.Equivalent(new[] { account.Subject, place.Subject, place.About }, await Belonging(new("account", "u42")), strict: true);
        Assert.Equivalent(new[] { place.About, new Subject("account", "u42") }, await Belonging(place.Subject), strict: true);
        Assert.Equivalent(new[] { account.About }, await Belonging(account.Subject), strict: true);

        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Contains($"href=\"/cases/{place.Id}\"", await reviewer.GetStringAsync($"/cases/{account.Id}"), StringComparison.Ordinal);
        Assert.Contains($"href=\"/cases/{account.Id}\"", await reviewer.GetStringAsync($"/cases/{place.Id}"), StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_a_law_wants_taken_down_is_kept_when_the_platform_took_down_what_was_meant(Store store)
    {
        await using var jaga = await JagaHost.Start(store, settings: ("Cases:Undo", "00:00:00"));
        await Reported(jaga, "a picture of me in the chat", "intimate-image");
        var (place, actor) = (await Case(jaga, "place"), new Actor(ActorKind.Staff, Guid.NewGuid().ToString(), "A"));
        await Point(jaga, place.Id, "item", "photo-1", actor);
        await jaga.Ask<DecideCase, DecideCase.Answer>(decide => decide.Run(place.Id, new(Jaga.Cases.Verdict.Violation, "x", "x", [new(Verb.Remove, new("item", "photo-1"))], place.Version + 1), actor, default));
        var action = await jaga.Ask<Db, Id<EnforcementAction>>(db => db.Actions.Select(a => a.Id).SingleAsync());
        Assert.Equal(1, await Owed());
        await jaga.Ask<ConfirmAction, ActionCard>(confirm => confirm.Run(action, new("r-1", ActionEffect.Done), Actor.System("test"), default));
        Assert.Equal(0, await Owed());

        Task<int> Owed() => jaga.Ask<Db, int>(db => db.Obligations.CountAsync(o => o.Clause == "us-take-it-down.remove" && o.ClosedAt == null));
    }

    private static async Task Reported(JagaHost jaga, string place, string category = "grooming")
    {
        await jaga.Ask<TakeReport, Receipt>(take => take.Run(TakeReportTests.Draft(place) with { InWords = true, Category = category }, Actor.System("test"), default));
        await TakeReportTests.Sort(jaga);
    }

    private static Task<Case> Case(JagaHost jaga, string kind) => jaga.Ask<Db, Case>(db => db.Cases.AsNoTracking().SingleAsync(c => c.About.Kind == kind));

    private static Task<Subject> Point(JagaHost jaga, Id<Case> id, string kind, string what, Actor actor) => jaga.Ask<PointCase, Subject>(point => point.Run(id, new(kind, what), actor, default));

    private static async Task<(HttpStatusCode Status, string Page)> Send(HttpClient client, string page, string act, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, page + act) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        request.Headers.Referrer = new Uri(client.BaseAddress!, page);
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("id=\"means\"[^>]*aria-invalid=\"true\"")]
    private static partial Regex Marked();

    [GeneratedRegex("name=\"version\" value=\"(\\d+)\"")]
    private static partial Regex Version();
}
