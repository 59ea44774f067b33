using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Tests.Deliveries;
using Jaga.Tests.Evidence;
using Jaga.Tests.Orders;
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
        jaga.Clock.Advance(new CaseSettings().Undo);
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

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_must_wait_for_the_evidence_waits_what_the_platform_did_is_told_with_its_time_and_the_year_begins_at_the_end(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await Start(store, ("Referrals:Production", "true"));
        await using var ncmec = await jaga.Production();
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(7);
        await desk.Bank("bridges", ReferCase.Category, known);
        await desk.Check("photo-2", known.Altered().Png());
        var @case = await desk.Next();
        var decided = await desk.Decide(@case, "illegal", new JsonArray(FrontDesk.Act("remove", "item", "photo-2"), FrontDesk.Act("banAccount", "account", "u42")));

        // Sealed in the decision's own transaction, whole and readable; the platform was asked for nothing yet.
        Assert.Empty(platform.Effects);
        var exhibit = Id<Exhibit>.Parse((string)decided["exhibitId"]!, null);
        var about = Id<Case>.Parse((string)@case["id"]!, null);
        var original = await jaga.Ask<Db, Id<VaultObject>>(db => db.CaseMedia.Where(m => m.Case == about).Select(m => m.Original).SingleAsync());
        await jaga.Do(async db => Assert.True(await db.ExhibitObjects.AnyAsync(o => o.ExhibitId == exhibit && o.ObjectId == original)));
        Assert.Equal(known.Altered().Png(), await jaga.Read(original));
        var id = await jaga.Ask<Db, Id<Referral>>(db => db.Referrals.Select(r => r.Id).SingleAsync());
        Assert.Null((await jaga.Read(id)).Report.Reported!.PermanentlyDisabled);

        // After the undo window the platform removes and bans, and says so; the draft learns when.
        jaga.Clock.Advance(TimeSpan.FromMinutes(2));
        await jaga.SendAll();
        Assert.Equal(["banAccount", "remove"], platform.Effects.Select(e => e.Verb).Order());
        var shut = jaga.Clock.Now;
        Assert.Equal(shut, (await jaga.Read(id)).Report.Reported!.PermanentlyDisabled!.At);

        // It waits for its signature beyond the day on which the evidence would have gone: all of it is still there to be sent.
        jaga.Clock.Advance(TimeSpan.FromDays(100));
        await jaga.Turn<DestroyExpired>();
        await jaga.Do(async db => Assert.False(await db.Obligations.AnyAsync(o => o.Clause == SignReferral.Preserve)));
        await jaga.Finish(id);
        var (report, finished) = (Assert.Single(ncmec.Reports.Values), jaga.Clock.Now);
        Assert.Equal(shut.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), (string?)report.Xml.Descendants("accountPermanentlyDisabled").Single().Attribute("disabledDate"));
        await jaga.Do(async db =>
        {
            var year = await db.Obligations.SingleAsync(o => o.Clause == SignReferral.Preserve);
            Assert.Equal((finished, finished.AddYears(1)), (year.OpenedAt, year.DueAt));
            Assert.Equal(finished.AddYears(1), (await db.VaultObjects.SingleAsync(o => o.Id == original)).DestroyAfter);
        });

        // A day before the year is over nothing of it goes; afterwards it does, with its certificate.
        jaga.Clock.Advance(TimeSpan.FromDays(364));
        await jaga.Turn<DestroyExpired>();
        await jaga.Do(async db => Assert.Null((await db.VaultObjects.SingleAsync(o => o.Id == original)).DestroyedAt));
        jaga.Clock.Advance(TimeSpan.FromDays(2));
        await jaga.Turn<DestroyExpired>();
        await jaga.Do(async db => Assert.True(await db.DestructionCertificates.AnyAsync(c => c.ObjectId == original)));
    }

    [Fact]
    public async Task Where_an_order_brought_the_case_the_report_names_the_authority_and_words_are_reported_without_a_file()
    {
        await using var scene = await OrderScene.Start(Store.Sqlite, settings: [("Referrals:Reporter:Email", "safety@plaza.example"), ("Referrals:Reporter:Service", "Plaza")]);
        await scene.Send("csam", "group:812");
        await scene.Decide("group:812", "illegal", OrderScene.Act("closeGroup", "group:812"));

        var says = (await scene.Jaga.Read(await scene.Jaga.Ask<Db, Id<Referral>>(db => db.Referrals.Select(r => r.Id).SingleAsync())));
        var law = says.Report.LawEnforcement!;
        Assert.Equal((true, "ID", null), (law.ServedInternational!.Value, law.Country, law.ServedDomestic));
        Assert.NotEmpty(law.Agency);
        Assert.NotEmpty(law.CaseNumber!);
        Assert.Equal("812", Assert.Single(says.Report.Places).RoomName);
        Assert.Empty(says.Files);
        Assert.Empty(says.Missing);
    }

    private static Task<JagaHost> Start(Store store, params (string, string)[] more) => JagaHost.Start(store, null, [("Referrals:Reporter:Email", "safety@plaza.example"), ("Referrals:Reporter:Service", "Plaza"), .. more]);
}
