using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jaga.Banks;
using Jaga.Cases;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;
using Jaga.Tests.Evidence;
using Microsoft.Extensions.Configuration;

namespace Jaga.Tests.Referrals;

/// <summary>What the law wants reported is drafted and never dropped in silence; what is decided otherwise in time does not leave; what a report says stays sealed.</summary>
public sealed partial class ReferralDutyTests
{
    private static readonly byte[] File = "this is a known file, and no picture"u8.ToArray();

    [Theory]
    [InlineData("grooming", TipIncidentType.Enticement), InlineData("child-trafficking", TipIncidentType.Trafficking), InlineData("csam", TipIncidentType.Possession)]
    [InlineData("terrorism csam", TipIncidentType.Possession), InlineData("fraud", null), InlineData("own-word", TipIncidentType.Tourism)]
    public async Task Every_offence_that_the_law_names_is_drafted_with_its_type_and_nothing_else_is(string labels, TipIncidentType? type)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, ("Referrals:Reporter:Email", "safety@plaza.example"), ("Referrals:Owed:own-word", "Tourism"));
        using var desk = await FrontDesk.Open(jaga, platform);
        await Found(jaga, desk, labels);
        await desk.Decide(await desk.Next(), "illegal", []);

        var drafts = await jaga.Ask<Db, List<Id<Referral>>>(db => db.Referrals.Select(r => r.Id).ToListAsync());
        Assert.Equal(type is null ? [] : [type.Value], await Task.WhenAll(drafts.Select(async d => (await jaga.Read(d)).Report.Incident.Type)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_person_drafts_a_report_about_any_case_that_was_decided_against_once(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store, null, ("Referrals:Reporter:Email", "safety@plaza.example"));
        using var desk = await FrontDesk.Open(jaga, platform);
        await Found(jaga, desk, "fraud");
        var @case = await desk.Next();
        using var reviewer = await jaga.As(Role.Reviewer);
        Assert.Equal(HttpStatusCode.Conflict, (await Refer()).StatusCode);
        await desk.Decide(@case, "violation", []);
        Assert.Contains($"action=\"/cases/{@case["id"]}/referral\"", await reviewer.GetStringAsync($"/cases/{@case["id"]}"));

        var answer = await Refer();
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var draft = await jaga.Read(Id<Referral>.Parse((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, null));
        Assert.Equal((ReferralState.Draft, TipIncidentType.Enticement, 1), (draft.Row.State, draft.Report.Incident.Type, draft.Files.Count));
        Assert.Equal(HttpStatusCode.Conflict, (await Refer()).StatusCode);
        Assert.DoesNotContain($"/cases/{@case["id"]}/referral", await reviewer.GetStringAsync($"/cases/{@case["id"]}"));
        Task<HttpResponseMessage> Refer() => reviewer.PostAsJsonAsync($"/api/v1/cases/{@case["id"]}/referral", new ReferCase.Request(TipIncidentType.Enticement), Json.Options);
    }

    [Fact]
    public async Task Where_nobody_is_named_who_reports_it_is_drafted_all_the_same_and_the_signature_names_the_setting()
    {
        var email = "";
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(Store.Sqlite, builder => builder.Configuration.AddInMemoryCollection([new("Jaga:Referrals:Reporter:Email", email)]));
        using var desk = await FrontDesk.Open(jaga, platform);
        await Found(jaga, desk, "csam");
        await desk.Decide(await desk.Next(), "illegal", []);

        var id = await jaga.Ask<Db, Id<Referral>>(db => db.Referrals.Select(r => r.Id).SingleAsync());
        await jaga.Do(async db => Assert.True((await db.Obligations.SingleAsync(o => o.Clause == SignReferral.Clause)).IsOwed));
        using (var lead = await jaga.As(Role.Lead))
        {
            var refused = await lead.PostAsJsonAsync($"/api/v1/referrals/{id}/signature", new { version = (await jaga.Read(id)).Row.Version });
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("Jaga__Referrals__Reporter__Email", await refused.Content.ReadAsStringAsync());
        }

        // Set later, it stands in the draft as it is read, and as it is signed.
        email = "safety@plaza.example";
        await jaga.Restart();
        Assert.Empty((await jaga.Read(id)).Missing);
        await jaga.Sign(id);
        Assert.Equal(email, Assert.Single((await jaga.Read(id)).Report.Reporter.Person.Emails).Address);
    }

    [Fact]
    public async Task A_house_that_is_not_bound_to_report_drafts_none_by_itself()
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(Store.Sqlite, null, ("Referrals:Bound", "false"));
        using var desk = await FrontDesk.Open(jaga, platform);
        await Found(jaga, desk, "csam");
        await desk.Decide(await desk.Next(), "illegal", []);

        await jaga.Do(async db => Assert.False(await db.Referrals.AnyAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task What_is_signed_at_once_leaves_only_when_the_decision_cannot_be_taken_back_and_goes_with_it(Store store)
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await JagaHost.Start(store, null, ("Referrals:Reporter:Email", "safety@plaza.example"));
        await using var ncmec = await jaga.Sandbox();
        using var desk = await FrontDesk.Open(jaga, platform);
        await Found(jaga, desk, "csam");
        var @case = await desk.Next();
        await desk.Decide(@case, "illegal", []);
        var first = await Only(ReferralState.Draft);
        await jaga.Sign(first);
        await jaga.SendReferrals();
        Assert.DoesNotContain("POST /submit", ncmec.Calls);

        await desk.Undo(@case);
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Retracted, (await jaga.Read(first)).Row.State);
        Assert.DoesNotContain("POST /submit", ncmec.Calls);
        await jaga.Do(async db => Assert.Equal(ObligationState.Cancelled, (await db.Obligations.SingleAsync(o => o.Clause == SignReferral.Clause)).State));

        await desk.Decide(await desk.Next(), "illegal", []);
        var second = await Only(ReferralState.Draft);
        await jaga.Sign(second);
        jaga.Clock.Advance(new CaseSettings().Undo);
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Finished, (await jaga.Read(second)).Row.State);
        Task<Id<Referral>> Only(ReferralState state) => jaga.Ask<Db, Id<Referral>>(db => db.Referrals.Where(r => r.State == state).Select(r => r.Id).SingleAsync());
    }

    [Fact]
    public async Task Details_of_a_file_that_the_schema_refuses_stop_the_report_before_it_is_opened()
    {
        var xsd = await System.IO.File.ReadAllTextAsync(TipXmlTests.Xsd());
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox(System.Text.Encoding.UTF8.GetBytes(xsd.Replace("name=\"locationOfFile\"", "name=\"place\"", StringComparison.Ordinal)));
        var id = await jaga.Draft(null, EvidenceSteps.Bytes(900));
        await jaga.Sign(id);
        await jaga.SendReferrals();

        Assert.Contains("file-001: fileDetails/locationOfFile", (await jaga.Read(id)).Row.Halted);
        Assert.DoesNotContain("POST /submit", ncmec.Calls);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task What_a_report_says_stands_in_no_message_audit_line_or_register_when_it_is_refused(bool byNcmec)
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var (xsd, strict) = (await System.IO.File.ReadAllTextAsync(TipXmlTests.Xsd()), "");
        strict = ScreenName().Replace(xsd, "$1xs:int\"");
        Assert.NotEqual(xsd, strict);
        await using var ncmec = await jaga.Sandbox(System.Text.Encoding.UTF8.GetBytes(byNcmec ? xsd : strict));
        await jaga.Turn<WatchSchema>();
        ncmec.Change(System.Text.Encoding.UTF8.GetBytes(strict));
        var id = await jaga.Draft();
        await jaga.Sign(id);
        await jaga.SendReferrals();

        var read = await jaga.Read(id);
        Assert.Contains(byNcmec ? "4100 Validation failed" : "personOrUserReported/screenName", read.Row.Halted);
        Assert.DoesNotContain("somebody", read.Row.Halted);
        await jaga.Do(async db =>
        {
            Assert.DoesNotContain(await db.Notices.ToListAsync(), n => n.SaysEn.Contains("somebody") || n.SaysId.Contains("somebody"));
            Assert.DoesNotContain(await db.AuditLines.ToListAsync(), l => l.Why.Contains("somebody") || l.Details.Contains("somebody"));
            Assert.DoesNotContain(await db.ReferralCalls.ToListAsync(), c => c.Says.Contains("somebody"));
        });

        // Whoever may read the report is told the words: of the schema on its page, of NCMEC in the receipts.
        var receipts = await jaga.Ask<OpenReceipts, OpenReceipts.Answer>(open => open.Run(id, Actor.System("test"), default));
        Assert.Contains(byNcmec ? receipts.Calls.Select(c => c.Response ?? "") : read.Missing.Select(m => m.Reason), said => said.Contains("somebody", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_an_answer_that_broke_off_status_number_of_the_call_and_what_came_are_kept()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var cutting = Cut();
        var call = await jaga.Services.GetRequiredService<TipClient>().Finish(new($"http://{listener.LocalEndpoint}/ispws", "plaza", "x", AllowPrivate: true), 4000001, TestContext.Current.CancellationToken);
        await cutting;

        Assert.Equal((200, "0197f00d", "<reportResponse>", TipOutcome.Later), (call.Status, call.RequestId, call.Response, call.Answer.Outcome));
        async Task Cut()
        {
            using var client = await listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nRequest-ID: 0197f00d\r\nContent-Length: 500\r\n\r\n<reportResponse>"u8.ToArray());
            client.Client.Shutdown(SocketShutdown.Send);

            // Until they have hung up too: else what they sent and nobody read would cut off what they have yet to read.
            var rest = new byte[1024];
            while (await stream.ReadAsync(rest) > 0)
            {
            }
        }
    }

    [Fact]
    public async Task Trials_leave_this_machine_only_over_https_and_the_draft_says_where_they_go()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        using var administrator = await jaga.As(Role.Administrator);
        Task<HttpResponseMessage> Set(string address) => administrator.PutAsJsonAsync("/api/v1/referrals/account", new { production = false, user = "plaza", password = "x", address });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Set("http://trial.example/ispws")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Set("http://10.0.0.7/ispws")).StatusCode);
        (await Set("http://localhost:8600/ispws")).EnsureSuccessStatusCode();
        (await Set("https://trial.example/ispws")).EnsureSuccessStatusCode();

        using var lead = await jaga.As(Role.Lead);
        Assert.Contains("https://trial.example/ispws", await lead.GetStringAsync($"/referrals/{await jaga.Draft()}"));
    }

    private static async Task Found(JagaHost jaga, FrontDesk desk, string labels)
    {
#pragma warning disable CA5351 // What lists of known files hold.
        var md5 = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(File));
#pragma warning restore CA5351
        using (var scope = jaga.Services.CreateScope())
        {
            var made = await scope.ServiceProvider.GetRequiredService<CreateBank>().Run(new(new() { Name = "files", Labels = labels.Split(' '), OnMatch = OnMatch.Hold }), Actor.System("test"), default);
            await scope.ServiceProvider.GetRequiredService<AddSignals>().Run(made.Id, new("test", [new(md5, "md5")]), Actor.System("test"), default);
        }

        await Poll.Until(async () => (await desk.Check("file-1", File))["matches"]!.AsArray().Count > 0, "the matcher follows the bank");
    }

    [GeneratedRegex("(name=\"screenName\"[^>]*type=\")[^\"]+\"")]
    private static partial Regex ScreenName();
}
