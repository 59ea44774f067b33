using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.Cases.Statements;
using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Cases;

/// <summary>Statements of reasons on their way: <see cref="IssueStatements"/>, <see cref="PreviewStatements"/>, <see cref="ReadStatements"/>, <see cref="ConfirmStatement"/>, <see cref="ReleaseStatement"/>, <see cref="ObjectToDecision"/>, <see cref="DecideObjection"/>.</summary>
public sealed class StatementTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_person_is_told_what_was_done_and_why_once_the_decision_can_no_longer_be_taken_back(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store, null, ("Statements:Address", "https://safety.plaza.example"));
        using var desk = await FrontDesk.Open(jaga, platform);
        var id = await Open(jaga, "gambling");
        var previewed = await jaga.Ask<PreviewStatements, IReadOnlyList<PreviewStatements.Card>>(p => p.Run(id, Removal(0), Me, default));
        await Decide(jaga, id, Removal(0));

        await Work(jaga);
        Assert.Empty(platform.Told);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await Work(jaga);

        var told = Read(Assert.Single(platform.Told));
        Assert.Equal("statement.issued", (string?)told["type"]);
        var data = told["data"]!;
        Assert.Equal(("item", "x", "policy"), ((string?)data["to"]!["kind"], (string?)data["to"]!["id"], (string?)data["ground"]));
        Assert.Equal(["en", "id"], data["texts"]!.AsArray().Select(t => (string)t!["language"]!));
        var body = (string)data["texts"]![0]!["body"]!;
        Assert.StartsWith("https://safety.plaza.example/why/", (string)data["objectLink"]!);
        Assert.Contains((string)data["objectLink"]!, body);
        foreach (var named in new[] { "House rule 7", "It shows a wager on a bridge.", "The post x was removed.", "everywhere", "without an end", "automated means", "out-of-court", "The post x is no longer shown in some countries.", "DE, ID" })
        {
            Assert.Contains(named, body);
        }

        Assert.DoesNotContain("{{", body);
        Assert.Equal(previewed[0].Texts[0].Title, (string?)data["texts"]![0]!["title"]);
        await jaga.Do(async db =>
        {
            Assert.Equal(StatementState.Delivered, (await db.Statements.SingleAsync()).State);
            var duty = await db.Obligations.SingleAsync(o => o.Clause == IssueStatements.Clause);
            Assert.Equal(ObligationState.Kept, duty.State);
            Assert.StartsWith("delivery/", duty.KeptBy);
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_decision_taken_back_tells_nobody_and_owes_nobody_reasons(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var id = await Open(jaga, "gambling");
        await Decide(jaga, id, Removal(0));
        await jaga.Ask<UndoDecision, bool>(async u =>
        {
            await u.Run(id, Me, default);
            return true;
        });

        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await Work(jaga);

        Assert.Empty(platform.Told);
        await jaga.Do(async db =>
        {
            Assert.Equal(StatementState.Cancelled, (await db.Statements.SingleAsync()).State);
            Assert.Equal(ObligationState.Cancelled, (await db.Obligations.SingleAsync(o => o.Clause == IssueStatements.Clause)).State);
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Reasons_that_would_endanger_an_investigation_wait_for_a_lead_with_their_ground_on_record(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var id = await Open(jaga, "csam");
        await Decide(jaga, id, Removal(0));
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await Work(jaga);
        Assert.Empty(platform.Told);
        using var pulling = await jaga.Key(Permission.ConfirmActions);
        Assert.Empty(JsonNode.Parse(await pulling.GetStringAsync("/api/v1/statements"))!["rows"]!.AsArray());
        using var reviewer = await jaga.As(Role.Reviewer);
        var row = JsonNode.Parse(await reviewer.GetStringAsync($"/api/v1/cases/{id}/statements"))![0]!;
        Assert.Equal("withheld", (string?)row["state"]);
        Assert.Contains("investigation", (string)row["withheldBecause"]!);
        await jaga.Do(async db =>
        {
            var pause = await db.Pauses.SingleAsync();
            Assert.Contains("investigation", pause.Ground);
            Assert.Equal(ObligationState.Open, (await db.Obligations.SingleAsync(o => o.Clause == IssueStatements.Clause)).State);
        });

        var release = $"/api/v1/statements/{row["id"]}/release";
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.PostAsJsonAsync(release, new { reason = "now" })).StatusCode);
        using var lead = await jaga.As(Role.Lead);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PostAsJsonAsync(release, new { reason = " " })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PostAsJsonAsync(release, new { reason = "The police have what they need." })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync(release, new { reason = "again" })).StatusCode);
        await Work(jaga);
        Assert.Single(platform.Told);
        await jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.Clause == IssueStatements.Clause)).State));
    }

    [Fact]
    public async Task A_withholding_that_nobody_ends_ends_by_itself()
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, ("Statements:Withhold:gambling", "3.00:00:00"));
        using var desk = await FrontDesk.Open(jaga, platform);
        await Decide(jaga, await Open(jaga, "gambling"), Removal(0));
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await Work(jaga);
        Assert.Empty(platform.Told);

        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await Work(jaga);
        Assert.Single(platform.Told);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_platform_without_webhooks_pulls_statements_and_confirms_them(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Decide(jaga, await Open(jaga, "gambling"), Removal(0));
        using var platform = await jaga.Key(Permission.ConfirmActions);
        Assert.Empty(await Pull(platform));
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));

        var one = Assert.Single(await Pull(platform))!;
        Assert.Equal(HttpStatusCode.NoContent, (await platform.PostAsJsonAsync($"/api/v1/statements/{one["statement"]}/receipt", new { receipt = "n-1" })).StatusCode);

        Assert.Empty(await Pull(platform));
        await jaga.Do(async db => Assert.Equal("receipt/n-1", (await db.Obligations.SingleAsync(o => o.Clause == IssueStatements.Clause)).KeptBy));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_link_lets_the_person_object_for_six_months_and_opens_the_duty_to_decide_it(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var id = await Open(jaga, "gambling");
        await Decide(jaga, id, Removal(0));
        var statement = await jaga.Ask<Db, Id<Statement>>(db => db.Statements.Select(s => s.Id).SingleAsync());
        var token = jaga.Services.GetRequiredService<StatementLinks>().Token(statement);
        using var person = jaga.Anybody();
        Assert.Equal(HttpStatusCode.NotFound, (await Object(person, token, "too early")).StatusCode);
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.OK, (await Object(person, token, "This is a bridge and no wager.")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Object(person, token, "This is a bridge and no wager.")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Object(person, Forged(token), "guess")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Object(person, token, " ")).StatusCode);

        var page = await person.GetStringAsync($"/why/{token}");
        Assert.Contains("This is a bridge and no wager.", page);
        await jaga.Do(async db =>
        {
            Assert.Equal(1, await db.Objections.CountAsync());
            Assert.Equal(id, (await db.Objections.SingleAsync()).Case);
            Assert.Equal(ObligationState.Open, (await db.Obligations.SingleAsync(o => o.Clause == ObjectToDecision.Clause)).State);
        });
        for (var i = 2; i <= Objection.Most; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await Object(person, token, $"more {i}")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Conflict, (await Object(person, token, "one too many")).StatusCode);
        await jaga.Do(async db => Assert.Equal(1, await db.Obligations.CountAsync(o => o.Clause == ObjectToDecision.Clause)));
        jaga.Clock.Advance(TimeSpan.FromDays(190));
        Assert.Equal(HttpStatusCode.Conflict, (await Object(person, token, "late")).StatusCode);
        Assert.DoesNotContain("House rule 7", await person.GetStringAsync($"/why/{token}"));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_person_takes_the_proof_of_their_statement_once_the_log_is_signed_and_checks_it_without_us(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Decide(jaga, await Open(jaga, "gambling"), Removal(0));
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        var statement = await jaga.Ask<Db, Statement>(db => db.Statements.SingleAsync());
        var link = $"/why/{jaga.Services.GetRequiredService<StatementLinks>().Token(statement.Id)}";
        using var person = jaga.Anybody();
        var early = await person.GetStringAsync(link);
        Assert.Contains("open this page again", early);
        Assert.DoesNotContain($"{link}/receipt", early);
        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"{link}/receipt")).StatusCode);

        await jaga.Turn<Jaga.Audit.SignCheckpoint>();
        Assert.Contains($"href=\"{link}/receipt\"", await person.GetStringAsync(link));
        var line = await jaga.Proven(await person.GetByteArrayAsync($"{link}/receipt"));
        foreach (var said in new[] { IssueStatements.Line, statement.Id.ToString(), statement.Digest, "system:statements" })
        {
            Assert.Contains(said, line);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Somebody_else_answers_an_objection_and_undoes_what_was_wrong(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        await Decide(jaga, await Open(jaga, "gambling"), Removal(0));
        var statement = await jaga.Ask<Db, Id<Statement>>(db => db.Statements.Select(s => s.Id).SingleAsync());
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await Work(jaga);
        using var lead = await jaga.As(Role.Lead);
        var answer = $"/api/v1/statements/{statement}/objections/decision";
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync(answer, new { outcome = "stands", words = "Nobody asked." })).StatusCode);
        var token = jaga.Services.GetRequiredService<StatementLinks>().Token(statement);
        using var person = jaga.Anybody();
        Assert.Equal(HttpStatusCode.OK, (await Object(person, token, "This is a bridge and no wager.")).StatusCode);

        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<DecideObjection, DecideObjection.Answer>(a => a.Run(statement, new(ObjectionOutcome.Stands, "I was right."), Me, default)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PostAsJsonAsync(answer, new { outcome = "reversed", words = " " })).StatusCode);
        var answered = await lead.PostAsJsonAsync(answer, new { outcome = "reversed", words = "It is a bridge indeed." });
        Assert.Equal(2, (int)JsonNode.Parse(await answered.Content.ReadAsStringAsync())!["reversed"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync(answer, new { outcome = "stands", words = "Again." })).StatusCode);
        await Work(jaga);

        Assert.Equal(4, platform.Effects.Count);
        Assert.Single(platform.Told.Select(Read), t => (string?)t["type"] == DecideObjection.Type && (string?)t["data"]!["words"] == "It is a bridge indeed.");
        Assert.Contains("It is a bridge indeed.", await person.GetStringAsync($"/why/{token}"));
        jaga.Clock.Advance(TimeSpan.FromDays(190));
        Assert.Contains("It is a bridge indeed.", await person.GetStringAsync($"/why/{token}"));
        await jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.Clause == ObjectToDecision.Clause)).State));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task One_person_gets_one_statement_of_all_that_was_done(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(5);
        await desk.Bank("bridges", "gambling", known);
        await desk.Check("photo-1", known.Png());
        var @case = await desk.Next();
        await desk.Decide(@case, "illegal", [FrontDesk.Act("remove", "item", "photo-1"), FrontDesk.Act("banAccount", "account", "u42"), FrontDesk.Act("closeGroup", "group", "g7")]);

        await jaga.Do(async db =>
        {
            var statements = await db.Statements.OrderBy(s => s.Kind).ToListAsync();
            Assert.Equal([("account/u42", StatementKind.Account), ("group/g7", StatementKind.Group)], statements.Select(s => (s.To.ToString(), s.Kind)));
            var body = statements[0].Read()[0].Body;
            Assert.Contains("The post photo-1 was removed.", body);
            Assert.Contains("The account u42 was closed.", body);
            Assert.Contains("lists of known material", body);
            Assert.Contains("against the law", body);
            Assert.True(statements[0].AutomatedDetection);
        });
    }

    private static async Task Work(JagaHost jaga)
    {
        await jaga.RunWorker();
        await jaga.SendAll();
    }

    private static Actor Me { get; } = new(ActorKind.Staff, "me", "Me");

    private static DecideCase.Request Removal(int version) => new(Jaga.Cases.Verdict.Violation, "House rule 7", "It shows a wager on a bridge.", [new(Verb.Remove, new("item", "x")), new(Verb.Geoblock, new("item", "x"), ["ID", "DE"])], version);

    private static Task<DecideCase.Answer> Decide(JagaHost jaga, Id<Case> id, DecideCase.Request request) => jaga.Ask<DecideCase, DecideCase.Answer>(d => d.Run(id, request, Me, default));

    private static async Task<JsonArray> Pull(HttpClient platform) => JsonNode.Parse(await platform.GetStringAsync("/api/v1/statements"))!["rows"]!.AsArray();

    private static Task<HttpResponseMessage> Object(HttpClient person, string token, string text) => person.PostAsJsonAsync("/api/v1/objections", new { token, text });

    private static string Forged(string token) => (token[0] == 'A' ? 'B' : 'A') + token[1..];

    private static JsonNode Read(byte[] body) => JsonNode.Parse(body)!;

    internal static async Task<Id<Case>> Open(JagaHost jaga, string label)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        var @case = await scope.ServiceProvider.GetRequiredService<OpenCase>().Run(
            new("item", "x"), [new(new("test", "1"), "pdq", "bridges", Labels: label)], [], false, Actor.System("test"), default);
        await transaction.Commit(default);
        return @case.Id;
    }
}
