using System.Text.Json.Nodes;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Server.Sandbox;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Referrals;

/// <summary>What is wrong between Jaga and NCMEC is seen on the first screen and told to a person, also while nothing is to be sent.</summary>
public sealed class TipAlarmTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_changed_schema_stands_on_the_first_screen_with_what_changed_until_somebody_has_looked(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var ncmec = await jaga.Sandbox(Schema("report", "fileDetails"));
        await jaga.Turn<WatchSchema>();
        Assert.Equal(0, await Number(jaga, "ncmecAlarms"));

        ncmec.Change(Schema("report", "fileDetails", "ageAssertion"));
        jaga.Clock.Advance(TimeSpan.FromMinutes(61));
        await jaga.Turn<WatchSchema>();
        Assert.Equal(1, await Number(jaga, "ncmecAlarms"));
        await jaga.Do(async db => Assert.Contains("New: ageAssertion.", (await db.Notices.SingleAsync(n => n.Urgent && n.About.Kind == "tip-account")).SaysEn));
        using var lead = await jaga.As(Role.Lead);
        Assert.Contains("ageAssertion", await lead.GetStringAsync("/referrals"));

        (await lead.PostAsJsonAsync("/api/v1/referrals/account/schema", new AcknowledgeSchema.Request(false))).EnsureSuccessStatusCode();
        Assert.Equal(0, await Number(jaga, "ncmecAlarms"));
        Assert.Equal(HttpStatusCode.Conflict, (await lead.PostAsJsonAsync("/api/v1/referrals/account/schema", new AcknowledgeSchema.Request(false))).StatusCode);
    }

    [Theory, InlineData(SandboxFault.Locked, 1), InlineData(SandboxFault.Unavailable, 0)]
    public async Task That_NCMEC_lets_nobody_in_is_known_before_the_next_report_and_told_once(SandboxFault fault, int told)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = _ => fault;
        await jaga.Turn<WatchSchema>();
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await jaga.Turn<WatchSchema>();

        Assert.Equal(1, await Number(jaga, "ncmecAlarms"));
        await jaga.Do(async db => Assert.Equal(told, await db.Notices.CountAsync(n => n.About.Kind == "tip-account")));
        ncmec.Fault = _ => SandboxFault.None;
        jaga.Clock.Advance(TimeSpan.FromHours(1));
        await jaga.Turn<WatchSchema>();
        Assert.Equal(0, await Number(jaga, "ncmecAlarms"));
    }

    [Fact]
    public async Task A_refused_report_names_its_field_stands_on_the_first_screen_and_is_told_to_the_leads()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/submit" ? SandboxFault.Refused : SandboxFault.None;
        var id = await jaga.Draft();
        Assert.Equal((1, 0), (await Number(jaga, "unsignedReferrals"), await Number(jaga, "stoppedReferrals")));
        await jaga.Sign(id);
        await jaga.SendReferrals();

        Assert.Equal((0, 1), (await Number(jaga, "unsignedReferrals"), await Number(jaga, "stoppedReferrals")));
        Assert.Contains("4100 Validation failed", (await jaga.Read(id)).Row.Halted);
        await jaga.Do(async db => Assert.True(await db.Notices.AnyAsync(n => n.Urgent && n.About.Id == id.ToString() && n.SaysId.Contains("memerlukan tindakan"))));
    }

    [Fact]
    public async Task What_NCMEC_finished_without_our_knowing_is_not_opened_again_however_long_we_were_away()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/finish" ? SandboxFault.CutAfter : SandboxFault.None;
        var id = await jaga.Draft(null, EvidenceSteps.Bytes(900));
        await jaga.Sign(id);
        await jaga.SendReferrals();
        ncmec.Fault = _ => SandboxFault.None;
        jaga.Clock.Advance(TimeSpan.FromHours(30));
        await jaga.SendReferrals();

        Assert.Equal((ReferralState.Finished, 1), ((await jaga.Read(id)).Row.State, (await jaga.Read(id)).Row.Generation));
        Assert.Single(ncmec.Reports);
    }

    [Fact]
    public async Task Wanted_back_when_NCMEC_had_finished_it_already_it_is_finished_and_says_so()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/finish" ? SandboxFault.CutAfter : SandboxFault.None;
        var id = await jaga.Draft();
        await jaga.Sign(id);
        await jaga.SendReferrals();
        ncmec.Fault = _ => SandboxFault.None;
        using var lead = await jaga.As(Role.Lead);
        (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/retraction", new { reason = "It was another case." })).EnsureSuccessStatusCode();
        await jaga.SendReferrals();

        var read = await jaga.Read(id);
        Assert.Equal((ReferralState.Finished, null, null), (read.Row.State, read.Row.Halted, read.RetractBecause));
        await jaga.Do(async db => Assert.True(await db.AuditLines.AnyAsync(l => l.Action == "referral.retract-too-late")));
    }

    [Theory, InlineData("/submit", Store.Sqlite), InlineData("/upload", Store.Sqlite), InlineData("/upload", Store.Postgres)]
    public async Task A_report_wanted_back_while_a_step_is_on_its_way_is_taken_back_there_and_none_is_left_open(string during, Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var ncmec = await jaga.Sandbox();
        var id = await jaga.Draft(null, EvidenceSteps.Bytes(900));
        using var lead = await jaga.As(Role.Lead);
        ncmec.Done = async path =>
        {
            if (path == during)
            {
                (await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/retraction", new { reason = "It was another case." })).EnsureSuccessStatusCode();
            }
        };
        await jaga.Sign(id);
        await jaga.SendReferrals();

        Assert.Equal(ReferralState.Retracted, (await jaga.Read(id)).Row.State);
        Assert.NotNull(Assert.Single(ncmec.Reports.Values).RetractedAt);
    }

    private static async Task<int> Number(JagaHost jaga, string word)
    {
        using var lead = await jaga.As(Role.Lead);
        using var answer = await lead.GetAsync("/health/numbers");
        return (int)JsonNode.Parse(await answer.Content.ReadAsStringAsync())![word]!;
    }

    private static byte[] Schema(params string[] elements) => System.Text.Encoding.UTF8.GetBytes(
        $"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{string.Concat(elements.Select(e => $"<xs:element name=\"{e}\"><xs:complexType><xs:sequence><xs:any minOccurs=\"0\" maxOccurs=\"unbounded\" processContents=\"skip\"/></xs:sequence></xs:complexType></xs:element>"))}</xs:schema>");
}
