using System.Security.Cryptography;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Referrals;

/// <summary>From a draft to NCMEC's receipt, through everything that can happen on the way.</summary>
public sealed class ReferralTests
{
    private static readonly byte[] One = EvidenceSteps.Bytes(100_000), Two = EvidenceSteps.Bytes(3_000, 2);

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_signed_report_is_opened_filled_told_about_and_finished_and_every_call_is_kept(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var ncmec = await jaga.Sandbox();
        var id = await jaga.Draft(null, One, Two);
        await jaga.SendReferrals();
        Assert.Empty(ncmec.Calls);

        await jaga.Sign(id);
        await jaga.SendReferrals();

        var report = Assert.Single(ncmec.Reports.Values);
        Assert.NotNull(report.FinishedAt);
        Assert.Equal(new[] { One, Two }.Select(b => Md5(b)).Order(), report.Files.Values.Select(f => f.Md5).Order());
        Assert.All(report.Files.Values, f => Assert.Equal("true", f.Details!.Descendants("fileViewedByEsp").Single().Value));
        Assert.Equal(["GET /xsd", "POST /submit", "POST /upload", "POST /upload", "POST /fileinfo", "POST /fileinfo", "POST /finish"], ncmec.Calls);
        var read = await jaga.Read(id);
        Assert.Equal((ReferralState.Finished, report.Id, 1), (read.Row.State, read.Row.ReportId!.Value, read.Row.Generation));
        Assert.Equal(6, read.Calls.Count);
        Assert.All(read.Calls, c => Assert.Matches("^[0-9a-f]{32}$", c.RequestId));
        await jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.Clause == SignReferral.Clause)).State));
    }

    [Fact]
    public async Task Whoever_wrote_a_report_does_not_sign_it_and_what_changed_is_read_again_first()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var id = await jaga.Draft();
        using var lead = await jaga.As(Role.Lead);
        var seen = (await jaga.Read(id)).Row.Version;

        var edited = await lead.PutAsJsonAsync($"/api/v1/referrals/{id}", new EditReferral.Request(seen, TipScene.Least), Json.Options);
        edited.EnsureSuccessStatusCode();

        Assert.Contains("second person", await Refused(lead, id, seen + 1));
        using var other = await jaga.As(Role.Lead, Role.Reviewer);
        Assert.Contains("changed", await Refused(other, id, seen));
        (await other.PostAsJsonAsync($"/api/v1/referrals/{id}/signature", new { version = seen + 1 })).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task What_NCMEC_would_refuse_is_not_signed()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var id = await jaga.Draft(TipScene.Usual with { Reporter = new() { Person = new() } });
        using var lead = await jaga.As(Role.Lead);

        Assert.Contains("reporter.person.emails", await Refused(lead, id, (await jaga.Read(id)).Row.Version));
    }

    [Theory]
    [InlineData("/submit", SandboxFault.CutAfter)]
    [InlineData("/submit", SandboxFault.Absurd)]
    [InlineData("/upload", SandboxFault.CutAfter)]
    [InlineData("/upload", SandboxFault.CutBefore)]
    [InlineData("/upload", SandboxFault.Absurd)]
    [InlineData("/upload", SandboxFault.Unavailable)]
    [InlineData("/upload", SandboxFault.WrongDigest)]
    [InlineData("/fileinfo", SandboxFault.CutBefore)]
    [InlineData("/fileinfo", SandboxFault.TheirError)]
    [InlineData("/finish", SandboxFault.CutAfter)]
    [InlineData("/finish", SandboxFault.Absurd)]
    [InlineData("/xsd", SandboxFault.Unavailable)]
    public async Task Whatever_fails_on_the_way_one_report_is_finished_in_the_end_with_every_digest_right(string path, SandboxFault fault)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var left = 2;
        ncmec.Fault = asked => asked == path && left-- > 0 ? fault : SandboxFault.None;
        var id = await jaga.Draft(null, One);
        await jaga.Sign(id);

        for (var turn = 0; turn < 6; turn++)
        {
            await jaga.SendReferrals();
            jaga.Clock.Advance(TimeSpan.FromMinutes(16));
        }

        var finished = Assert.Single(ncmec.Reports.Values, r => r.FinishedAt is not null);
        var read = await jaga.Read(id);
        Assert.Equal((ReferralState.Finished, finished.Id), (read.Row.State, read.Row.ReportId!.Value));
        var file = Assert.Single(finished.Files.Values);
        Assert.Equal((Md5(One), true), (file.Md5, file.Details is not null));

        // What was opened besides stays unfinished, and is gone when its day is over.
        Assert.All(ncmec.Reports.Values.Where(r => r != finished), r => Assert.Null(r.FinishedAt));
    }

    [Fact]
    public async Task A_report_that_expired_at_NCMEC_is_opened_as_new_and_its_files_are_sent_again()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/finish" ? SandboxFault.Unavailable : SandboxFault.None;
        var id = await jaga.Draft(null, One);
        await jaga.Sign(id);
        await jaga.SendReferrals();
        var first = Assert.Single(ncmec.Reports.Values).Id;

        jaga.Clock.Advance(TimeSpan.FromHours(25));
        ncmec.Fault = _ => SandboxFault.None;
        await jaga.SendReferrals();

        var read = await jaga.Read(id);
        Assert.Equal((ReferralState.Finished, 2), (read.Row.State, read.Row.Generation));
        Assert.NotEqual(first, read.Row.ReportId);
        Assert.DoesNotContain(first, ncmec.Reports.Values.Where(r => r.FinishedAt is not null).Select(r => r.Id));
    }

    [Fact]
    public async Task A_wrong_password_stops_everything_tells_somebody_and_goes_on_once_it_is_mended()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Credentials = ("sandbox", "changed");
        var id = await jaga.Draft();
        await jaga.Sign(id);
        await jaga.SendReferrals();

        var stopped = (await jaga.Read(id)).Row;
        Assert.Equal(ReferralState.Countersigned, stopped.State);
        Assert.Contains("401", stopped.Halted);
        await jaga.Do(async db => Assert.True(await db.Notices.AnyAsync(n => n.Urgent && n.About.Kind == "tip-account")));

        await jaga.Account(ncmec.Address, "changed");
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Finished, (await jaga.Read(id)).Row.State);
    }

    [Fact]
    public async Task A_case_without_files_is_a_report_too_and_the_same_person_is_reported_again()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var first = await jaga.Draft();
        await jaga.Sign(first);
        await jaga.SendReferrals();
        var number = (await jaga.Read(first)).Row.ReportId!.Value;

        var second = await jaga.Draft(TipScene.Usual with { Reported = TipScene.Usual.Reported! with { PriorReports = [number] } });
        await jaga.Sign(second);
        await jaga.SendReferrals();

        Assert.Equal(2, ncmec.Reports.Values.Count(r => r.FinishedAt is not null));
        Assert.Equal($"{number}", ncmec.Reports[(await jaga.Read(second)).Row.ReportId!.Value].Xml.Descendants("priorCTReports").Single().Value);
    }

    [Fact]
    public async Task A_report_can_be_taken_back_until_it_is_finished_and_never_after()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/finish" ? SandboxFault.Unavailable : SandboxFault.None;
        var id = await jaga.Draft();
        await jaga.Sign(id);
        await jaga.SendReferrals();
        using var lead = await jaga.As(Role.Lead);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/retraction", new { reason = "It was another case." })).EnsureSuccessStatusCode();
        await jaga.SendReferrals();

        Assert.Equal(ReferralState.Retracted, (await jaga.Read(id)).Row.State);
        Assert.NotNull(Assert.Single(ncmec.Reports.Values).RetractedAt);

        ncmec.Fault = _ => SandboxFault.None;
        var other = await jaga.Draft();
        await jaga.Sign(other);
        await jaga.SendReferrals();
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/referrals/{other}/retraction", new { reason = "Too late." })).StatusCode);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Already_finished_and_already_retracted_count_only_after_their_own_call(bool retractedThere)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/finish" ? SandboxFault.Unavailable : SandboxFault.None;
        var id = await jaga.Draft();
        await jaga.Sign(id);
        await jaga.SendReferrals();
        var report = Assert.Single(ncmec.Reports.Values);
        (report.RetractedAt, report.FinishedAt) = (retractedThere ? jaga.Clock.Now : null, retractedThere ? null : jaga.Clock.Now);
        ncmec.Fault = _ => SandboxFault.None;
        jaga.Clock.Advance(TimeSpan.FromMinutes(16));
        await jaga.SendReferrals();

        var read = (await jaga.Read(id)).Row;
        Assert.Equal(retractedThere ? (ReferralState.Opened, true) : (ReferralState.Finished, false), (read.State, read.Halted is not null));
    }

    [Fact]
    public async Task A_schema_that_changes_is_told_and_a_report_that_it_refuses_waits_for_a_person()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox(await File.ReadAllBytesAsync(TipXmlTests.Xsd()));
        var first = await jaga.Draft();
        await jaga.Sign(first);
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Finished, (await jaga.Read(first)).Row.State);

        var other = (await File.ReadAllTextAsync(TipXmlTests.Xsd())).Replace("name=\"platform\"", "name=\"service\"", StringComparison.Ordinal);
        ncmec.Change(System.Text.Encoding.UTF8.GetBytes(other));
        jaga.Clock.Advance(TimeSpan.FromHours(2));
        var second = await jaga.Draft();
        await jaga.Sign(second);
        await jaga.SendReferrals();

        Assert.Contains("platform", (await jaga.Read(second)).Row.Halted);
        await jaga.Do(async db => Assert.True(await db.Notices.AnyAsync(n => n.SaysEn.Contains("schema has changed"))));
    }

    [Fact]
    public async Task A_file_that_the_vault_cannot_read_stops_its_report_and_names_itself()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var id = await jaga.Draft(null, One);
        await jaga.Sign(id);
        Assert.All(jaga.Files(), File.Delete);
        await jaga.SendReferrals();

        Assert.Contains("File 1", (await jaga.Read(id)).Row.Halted);
        Assert.DoesNotContain("POST /finish", ncmec.Calls);
    }

    [Fact]
    public async Task A_draft_is_dropped_only_with_a_reason_and_then_nothing_is_owed()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var id = await jaga.Draft();
        using var lead = await jaga.As(Role.Lead);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/drop", new { reason = " " })).StatusCode);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/drop", new { reason = "It is a drawing of a bridge." })).EnsureSuccessStatusCode();

        Assert.Equal(ReferralState.Dropped, (await jaga.Read(id)).Row.State);
        await jaga.Do(async db => Assert.Equal(ObligationState.Cancelled, (await db.Obligations.SingleAsync(o => o.About.Kind == "referral")).State));
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/retry", new { reason = "again" })).StatusCode);
    }

    [Fact]
    public async Task The_password_is_sealed_and_the_account_is_kept_by_administrators_only()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var administrator = await jaga.As(Role.Administrator);
        (await administrator.PutAsJsonAsync("/api/v1/referrals/account", new { production = true, user = "plaza", password = "not in the open" })).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await administrator.PutAsJsonAsync("/api/v1/referrals/account", new { production = true, user = "plaza", password = "x", address = "http://127.0.0.1/ispws" })).StatusCode);

        await jaga.Do(async db =>
        {
            var account = await db.TipAccounts.SingleAsync();
            Assert.DoesNotContain("not in the open", System.Text.Encoding.Latin1.GetString(account.SealedPassword));
        });
    }

#pragma warning disable CA5351 // NCMEC compares by MD5.
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    private static async Task<string> Refused(HttpClient who, Id<Referral> id, int version)
    {
        var answer = await who.PostAsJsonAsync($"/api/v1/referrals/{id}/signature", new { version });
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
