using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Tests.Referrals;

namespace Jaga.Tests.Flows;

/// <summary>From a platform's upload to NCMEC's receipt.</summary>
public sealed class ReferralFlowTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_decision_is_drafted_signed_by_another_and_finished_at_NCMEC(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await Start(store);
        await using var ncmec = await jaga.Sandbox();
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(7);
        await desk.Bank("bridges", ReferCase.Category, known);
        await desk.Check("photo-2", known.Altered().Png());
        var @case = await desk.Next();
        await desk.Reveal(@case);
        await desk.Decide(@case, "illegal", new JsonArray(FrontDesk.Act("remove", "item", "photo-2")));

        using var lead = await jaga.As(Role.Lead);
        var drafted = (await lead.GetFromJsonAsync<JsonNode>($"/api/v1/referrals?search={@case["id"]}"))!["rows"]!.AsArray().Single()!;
        Assert.Equal("draft", (string?)drafted["state"]);
        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.PostAsJsonAsync($"/api/v1/referrals/{drafted["id"]}/signature", new { version = (int)drafted["version"]! })).StatusCode);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{drafted["id"]}/signature", new { version = (int)drafted["version"]! })).EnsureSuccessStatusCode();
        await jaga.SendReferrals();

        var report = Assert.Single(ncmec.Reports.Values, r => r.FinishedAt is not null);
        Assert.Equal(("u42", "g7"), (report.Xml.Descendants("espIdentifier").Single().Value, report.Xml.Descendants("chatRoomName").Single().Value));

        // The platform did not say when it was uploaded: that is told, and the time is the one at which Jaga was asked.
        Assert.Contains("not known", report.Xml.Descendants("incidentDateTimeDescription").Single().Value);
        var details = Assert.Single(report.Files.Values).Details!;
        Assert.Empty(details.Descendants("uploadedToEspTimestamp"));
        Assert.Equal("photo-2.png", details.Descendants("originalFileName").Single().Value);

        // A PNG may hold more than was shown.
        Assert.Equal(("false", "false"), (details.Descendants("fileViewedByEsp").Single().Value, details.Descendants("exifViewedByEsp").Single().Value));
        await jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.Clause == SignReferral.Clause)).State));
    }

    [Fact]
    public async Task A_decision_that_is_taken_back_takes_its_draft_along_and_one_of_another_category_has_none()
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await Start(Store.Sqlite);
        using var desk = await FrontDesk.Open(jaga, platform);
        var (one, other) = (Picture.Draw(7), Picture.Draw(9));
        await desk.Bank("bridges", ReferCase.Category, one);
        await desk.Bank("towers", "fraud", other);
        await desk.Check("photo-2", one.Altered().Png());
        var @case = await desk.Next();
        await desk.Decide(@case, "illegal", []);
        await desk.Undo(@case);
        jaga.Clock.Advance(TimeSpan.FromSeconds(1));

        await jaga.Do(async db =>
        {
            Assert.Equal(ReferralState.Dropped, (await db.Referrals.SingleAsync()).State);
            Assert.Equal(ObligationState.Cancelled, (await db.Obligations.SingleAsync(o => o.Clause == SignReferral.Clause)).State);
        });

        await desk.Decide(await desk.Next(), "noViolation", []);
        await desk.Check("photo-3", other.Altered().Png());
        await desk.Decide(await desk.Next(), "illegal", []);
        await jaga.Do(async db => Assert.Equal(1, await db.Referrals.CountAsync()));
    }

    private static Task<JagaHost> Start(Store store) => JagaHost.Start(store, null, ("Referrals:Reporter:Email", "safety@plaza.example"), ("Referrals:Reporter:Service", "Plaza"));
}
