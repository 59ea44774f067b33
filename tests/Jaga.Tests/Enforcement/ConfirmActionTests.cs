using System.Text.Json.Nodes;
using Jaga.Enforcement;

namespace Jaga.Tests.Enforcement;

/// <summary><see cref="RequestAction"/>, <see cref="ReadActions"/>, <see cref="ConfirmAction"/> and <see cref="CancelAction"/>, for a platform that pulls.</summary>
public sealed class ConfirmActionTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_platform_without_webhooks_pulls_answers_and_the_duty_is_kept_by_its_receipt(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var action = await Request(jaga, new(Verb.Remove, new("item", "photo-1")), TimeSpan.FromSeconds(15));
        using var platform = await jaga.Key(Permission.ConfirmActions);

        Assert.Empty((await Pull(platform)).AsArray());
        jaga.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(action.Id.ToString(), (string?)(await Pull(platform))[0]!["id"]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await platform.PostAsJsonAsync($"/api/v1/actions/{action.Id}/receipt", new { receipt = "", effect = "done" })).StatusCode);
        for (var i = 0; i < 2; i++)
        {
            // What it says besides is its own affair, as in the answer to a webhook.
            Assert.Equal(HttpStatusCode.OK, (await platform.PostAsJsonAsync($"/api/v1/actions/{action.Id}/receipt", new { receipt = "r-1", effect = "done", moderator = "m-7" })).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Conflict, (await platform.PostAsJsonAsync($"/api/v1/actions/{action.Id}/receipt", new { receipt = "r-2", effect = "refused" })).StatusCode);
        await jaga.Do(async db =>
        {
            var row = await db.Actions.SingleAsync();
            Assert.Equal((ActionState.Confirmed, "r-1"), (row.State, row.Receipt));
            Assert.All(await db.Obligations.Where(o => o.About.Kind == "action").ToListAsync(), o => Assert.Equal("receipt/r-1", o.KeptBy));
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_refusal_is_seen_and_keeps_nothing(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var action = await Request(jaga, new(Verb.BanAccount, new("account", "u1")), TimeSpan.Zero);
        using var platform = await jaga.Key(Permission.ConfirmActions);

        await platform.PostAsJsonAsync($"/api/v1/actions/{action.Id}/receipt", new { receipt = "r-1", effect = "refused", note = "no such account" });

        await jaga.Do(async db =>
        {
            var row = await db.Actions.SingleAsync();
            Assert.Equal((ActionState.Refused, "no such account"), (row.State, row.Note));
            Assert.Null((await db.Obligations.SingleAsync(o => o.Clause == RequestAction.Clause)).KeptBy);
        });
        // Somebody looked, the platform did it after all: a refusal can still become a receipt.
        Assert.Equal(HttpStatusCode.OK, (await platform.PostAsJsonAsync($"/api/v1/actions/{action.Id}/receipt", new { receipt = "r-2", effect = "done" })).StatusCode);
    }

    [Fact]
    public void A_reversal_names_what_it_takes_back_and_keeps_its_scope()
    {
        var now = DateTimeOffset.UnixEpoch;
        var block = EnforcementAction.For(new(Verb.Geoblock, new("item", "x"), ["ID", "DE"]), new("decision", "1"), "p", "r", now, now);
        var back = block.Reversal(new("appeal", "1"), "upheld", now.AddDays(1));
        Assert.Equal((block.Id, Verb.Geoblock, "DE,ID"), (back.Reverses, back.Verb, back.Countries));
    }

    private static async Task<JsonNode> Pull(HttpClient platform) => JsonNode.Parse(await platform.GetStringAsync("/api/v1/actions?state=requested"))!["rows"]!;

    private static async Task<EnforcementAction> Request(JagaHost jaga, ActionWish wish, TimeSpan undo)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        var action = await scope.ServiceProvider.GetRequiredService<RequestAction>().Run(wish, new("decision", "1"), "House rule 1", "seen", jaga.Clock.Now + undo, Actor.System("test"), default);
        return await transaction.Commit(action, default);
    }
}
