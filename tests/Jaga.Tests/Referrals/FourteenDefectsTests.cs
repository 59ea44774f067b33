using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.Evidence;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;
using Jaga.Server.Sandbox;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Referrals;

/// <summary>Fourteen things that went wrong in another reporter to NCMEC, each of which must never be ours. Each test is named by what it keeps from happening.</summary>
public sealed partial class FourteenDefectsTests
{
    private static readonly byte[] One = EvidenceSteps.Bytes(50_000), Two = EvidenceSteps.Bytes(3_000, 2);

    [Theory, InlineData(true), InlineData(false)]
    public async Task Defect_01_every_file_was_said_to_be_viewed_whatever_the_reviewer_saw(bool looked)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await House();
        await using var ncmec = await jaga.Sandbox();
        using var desk = await FrontDesk.Open(jaga, platform);
        var known = Picture.Draw(7);
        await desk.Bank("bridges", ReferCase.Category, known);
        await desk.Check("photo-2", known.Altered().Bmp());
        var @case = await desk.Next();
        if (looked)
        {
            await desk.Reveal(@case);
        }

        await desk.Decide(@case, "illegal", []);
        var id = await jaga.Ask<Db, Id<Referral>>(db => db.Referrals.Select(r => r.Id).SingleAsync());

        // A person changes the draft, and is refused what is not theirs to say.
        using var editor = await jaga.As(Role.Reviewer, Role.Lead);
        var read = await jaga.Read(id);
        var words = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(new EditReferral.Request(read.Row.Version, read.Report, [new(1, TipClass.B2, [], TipRelevance.Reported, true)]), Json.Options))!;
        foreach (var notTheirs in new[] { "viewed", "exifViewed" })
        {
            words["files"]![0]![notTheirs] = !looked;
            using var refused = await editor.PutAsJsonAsync($"/api/v1/referrals/{id}", words);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(notTheirs, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            words["files"]![0]!.AsObject().Remove(notTheirs);
        }

        (await editor.PutAsJsonAsync($"/api/v1/referrals/{id}", words)).EnsureSuccessStatusCode();
        await jaga.Sign(id);
        jaga.Clock.Advance(new CaseSettings().Undo);
        await jaga.SendReferrals();

        var details = Assert.Single(Assert.Single(ncmec.Reports.Values).Files.Values).Details!;
        Assert.Equal((looked ? "true" : "false", "false", "B2"), (details.Descendants("fileViewedByEsp").Single().Value, details.Descendants("exifViewedByEsp").Single().Value, details.Descendants("industryClassification").Single().Value));
    }

    [Fact]
    public async Task Defect_02_whoever_was_reported_once_was_never_reported_again()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var first = await jaga.Finish(await jaga.Draft(null, One));
        using var lead = await jaga.As(Role.Lead, Role.Reviewer);
        var next = await lead.PostAsJsonAsync($"/api/v1/referrals/{first}/follow-up", new FollowUpReferral.Request("The same account is back."));
        var second = Id<Referral>.Parse((string)JsonNode.Parse(await next.Content.ReadAsStringAsync())!, null);
        await jaga.Finish(second);

        var reports = ncmec.Reports.Values.OrderBy(r => r.Id).ToList();
        Assert.All(reports, r => Assert.NotNull(r.FinishedAt));
        Assert.Equal([$"{reports[0].Id}", "3999999"], reports[1].Xml.Descendants("priorCTReports").Select(p => p.Value));
        Assert.Empty(reports[1].Files);
        Assert.Equal([second], (await jaga.Read(first)).Next);
    }

    [Fact]
    public async Task Defect_03_words_without_a_file_could_not_be_reported()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        await jaga.Finish(await jaga.Draft(TipScene.Usual with { Places = [new() { Kind = TipPlaceKind.Chat, Name = "Plaza", Content = "words about a bridge" }] }));

        var report = Assert.Single(ncmec.Reports.Values);
        Assert.NotNull(report.FinishedAt);
        Assert.Equal("words about a bridge", report.Xml.Descendants("content").Single().Value);
        Assert.Equal(["POST /submit", "POST /finish"], ncmec.Calls.Where(c => c.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Defect_04_a_failure_left_an_open_report_behind_and_the_next_try_opened_another()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/fileinfo" ? SandboxFault.Unavailable : SandboxFault.None;
        var id = await jaga.Draft(null, One);
        await jaga.Sign(id);
        await jaga.SendReferrals();
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.Restart();
        await jaga.SendReferrals();
        ncmec.Fault = _ => SandboxFault.None;
        jaga.Clock.Advance(TimeSpan.FromMinutes(1));
        await jaga.SendReferrals();

        Assert.NotNull(Assert.Single(ncmec.Reports.Values).FinishedAt);
        Assert.Equal(1, ncmec.Calls.Count(c => c is "POST /upload"));

        // And what is given up is taken back there.
        ncmec.Fault = path => path is "/upload" ? SandboxFault.Refused : SandboxFault.None;
        var other = await jaga.Draft(null, One);
        await jaga.Sign(other);
        await jaga.SendReferrals();
        using var lead = await jaga.As(Role.Lead);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{other}/retraction", new { reason = "It is a bridge." })).EnsureSuccessStatusCode();
        await jaga.SendReferrals();
        Assert.Empty(ncmec.StillOpen);
    }

    [Fact]
    public async Task Defect_05_the_answer_to_finish_and_the_digest_of_the_upload_were_not_looked_at()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        foreach (var (path, fault) in new[] { ("/finish", SandboxFault.TheirError), ("/finish", SandboxFault.Refused), ("/upload", SandboxFault.WrongDigest) })
        {
            ncmec.Fault = asked => asked == path ? fault : SandboxFault.None;
            var id = await jaga.Draft(null, One);
            await jaga.Sign(id);
            await jaga.SendReferrals();

            var row = (await jaga.Read(id)).Row;
            Assert.NotEqual(ReferralState.Finished, row.State);
            Assert.True(row.Halted is not null || row.Failures > 0);
            Assert.All(ncmec.Reports.Values, r => Assert.Null(r.FinishedAt));
            await jaga.Do(async db => Assert.True((await db.Obligations.SingleAsync(o => o.Clause == SignReferral.Clause && o.About.Id == id.ToString())).IsOwed));
        }
    }

    [Fact]
    public async Task Defect_06_what_should_follow_a_report_followed_although_it_had_failed_and_the_media_was_gone_at_the_next_try()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, ("Referrals:Production", "true"));
        await using var ncmec = await jaga.Production();
        ncmec.Fault = path => path is "/submit" ? SandboxFault.Refused : SandboxFault.None;
        var kept = await jaga.Keep(One, TimeSpan.FromDays(2));
        var id = await jaga.DraftOf(kept.Id);
        await jaga.Sign(id);
        await jaga.SendReferrals();

        // Its day is over while the report stands still: it stays, and nothing that follows a report has begun.
        jaga.Clock.Advance(TimeSpan.FromDays(40));
        await jaga.Turn<DestroyExpired>();
        await jaga.Do(async db =>
        {
            Assert.Null((await db.VaultObjects.SingleAsync(o => o.Id == kept.Id)).DestroyedAt);
            Assert.False(await db.Obligations.AnyAsync(o => o.Clause == SignReferral.Preserve));
        });

        ncmec.Fault = _ => SandboxFault.None;
        using var lead = await jaga.As(Role.Lead);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/retry", new { reason = "NCMEC has mended it." })).EnsureSuccessStatusCode();
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Finished, (await jaga.Read(id)).Row.State);
        await jaga.Do(async db => Assert.True(await db.Obligations.AnyAsync(o => o.Clause == SignReferral.Preserve)));
    }

    [Fact]
    public async Task Defect_07_evidence_was_fetched_from_an_address_when_the_report_was_sent_without_copy_digest_or_custody()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var kept = await jaga.Keep(One);
        var id = await jaga.DraftOf(kept.Id);
        await jaga.Finish(id);

        // What NCMEC has is what the vault sealed, the file's own address was never asked, and the line about the opening names the report.
        Assert.Equal(kept.Md5, Assert.Single(ncmec.Reports.Values.Single().Files.Values).Md5);
        await jaga.Do(async db =>
        {
            var line = await db.AuditLines.SingleAsync(l => l.Action == "evidence.opened" && l.Subject.Id == kept.Id.ToString());
            Assert.Contains($"report {ncmec.Reports.Keys.Single()}", line.Why);
        });
    }

    private static Task<JagaHost> House() => JagaHost.Start(Store.Sqlite, null, ("Referrals:Reporter:Email", "safety@plaza.example"), ("Referrals:Reporter:Service", "Plaza"));
}
