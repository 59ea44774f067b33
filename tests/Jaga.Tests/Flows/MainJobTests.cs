using System.Text.Json.Nodes;
using Jaga.People;
using Jaga.Tests.Deliveries;

namespace Jaga.Tests.Flows;

/// <summary>The main job from a platform's upload to a receipt and a verified record, over HTTP alone.</summary>
public sealed class MainJobTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_known_picture_is_held_decided_acted_on_and_proved(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store, null, ("Cases:Undo", "00:00:00"));
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(7);
        await desk.Bank("bridges", "csam", known);

        var clean = await desk.Check("photo-1", Picture.Draw(8).Png());
        var hit = await desk.Check("photo-2", known.Altered().Png());
        Assert.Equal(("allow", "hold"), ((string?)clean["verdict"], (string?)hit["verdict"]));
        Assert.Equal("bridges", (string?)hit["matches"]![0]!["bank"]);
        Assert.InRange((int)hit["matches"]![0]!["distance"]!, 0, 31);

        var again = await desk.Check("photo-2", known.Png());
        Assert.Equal((string?)hit["caseId"], (string?)again["caseId"]);

        var @case = await desk.Next();
        Assert.Equal("photo-2", (string?)@case["about"]!["id"]);
        Assert.Equal("critical", (string?)@case["severity"]);
        var looked = await desk.Reveal(@case);
        Assert.Equal([0xFF, 0xD8], looked[..2]);

        platform.Down = true;
        var decided = await desk.Decide(@case, "illegal", new JsonArray(FrontDesk.Act("remove", "item", "photo-2"), FrontDesk.Act("banAccount", "account", "u42"), FrontDesk.Act("geoblock", "item", "photo-2", "ID")));
        await jaga.SendAll();
        Assert.Equal(3, await desk.Number("unsent"));
        platform.Down = false;
        await Poll.Until(
            async () =>
            {
                jaga.Clock.Advance(TimeSpan.FromMinutes(1));
                await jaga.SendAll();
                return await desk.Number("unsent") == 0;
            },
            "everything is sent once the receiver is back", looks: 20);

        Assert.Equal(["banAccount", "geoblock", "remove"], platform.Effects.Select(e => e.Verb).Order());
        Assert.Equal(["remove", "geoblock"], platform.Effects.Where(e => e.Target == "photo-2").Select(e => e.Verb));
        Assert.Equal((0, 0), (await desk.Number("unconfirmed"), platform.Forged));
        await jaga.Do(async db =>
        {
            Assert.Equal(1, await db.Reveals.CountAsync());
            Assert.Single(await db.Decisions.Where(d => d.Exhibit != null).ToListAsync());
            Assert.Contains("media.revealed", await db.AuditLines.Select(l => l.Action).ToListAsync());
        });
        Assert.NotNull((string?)decided["exhibitId"]);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_cannot_be_read_is_never_allowed(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var whole = Picture.Draw(3).Png();

        foreach (var (name, bytes) in new[] { ("truncated", whole[..(whole.Length / 3)]), ("empty", []), ("html", "<html>not a picture</html>"u8.ToArray()) })
        {
            var answer = await desk.Check(name, bytes);
            Assert.Equal("unreadable", (string?)answer["verdict"]);
            Assert.False(string.IsNullOrEmpty((string?)answer["reason"]));
        }

        await jaga.Do(async db => Assert.Equal(3, await db.Items.CountAsync(i => i.Reason != null)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_decision_is_taken_back_before_anything_left(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(7);
        await desk.Bank("bridges", "gambling", known);
        await desk.Check("photo-2", known.Png());
        var @case = await desk.Next();
        await desk.Decide(@case, "violation", new JsonArray(FrontDesk.Act("remove", "item", "photo-2")));
        await jaga.SendAll();

        await desk.Undo(@case);
        jaga.Clock.Advance(TimeSpan.FromMinutes(2));
        await jaga.SendAll();

        Assert.Empty(platform.Effects);
        Assert.Equal((string?)@case["id"], (string?)(await desk.Next())["id"]);
        Assert.Equal((0, 0), (await desk.Number("unsent"), await desk.Number("unconfirmed")));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Cannot_view_goes_to_a_lead_and_is_never_an_ignore(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(7);
        await desk.Bank("bridges", "csam", known);
        await desk.Check("photo-2", known.Png());
        var @case = await desk.Next();
        await desk.Decide(@case, "cannotView", []);

        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal(HttpStatusCode.NoContent, (await reviewer.PostAsync("/api/v1/cases/next", null)).StatusCode);
        using var lead = await jaga.As(Role.Lead);
        Assert.Equal(HttpStatusCode.OK, (await lead.PostAsync("/api/v1/cases/next", null)).StatusCode);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Twelve_uploads_of_one_item_at_once_are_one_case(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store);
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(7);
        await desk.Bank("bridges", "csam", known);
        var png = known.Png();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => desk.Check("photo-2", png)));

        Assert.Single(answers.Select(a => (string?)a["caseId"]).Distinct());
        await jaga.Do(async db =>
        {
            Assert.Single(await db.Cases.Where(c => c.About.Id == "photo-2").ToListAsync());
            Assert.Equal(12, await db.Items.CountAsync(i => i.ExternalId == "photo-2"));
        });
    }
}
