using System.Text.Json.Nodes;
using Jaga.Cases;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Referrals.CyberTip;
using Jaga.Server.Sandbox;
using Jaga.Tests.Evidence;
using Jaga.Tests.Rules;

namespace Jaga.Tests.Referrals;

public sealed partial class FourteenDefectsTests
{
    [Fact]
    public async Task Defect_08_trying_again_ended_after_ten_times_or_thirty_days_and_nobody_was_told()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        ncmec.Fault = path => path is "/submit" ? SandboxFault.Unavailable : SandboxFault.None;
        var id = await jaga.Draft();
        await jaga.Sign(id);
        for (var day = 0; day < 40; day++)
        {
            await jaga.SendReferrals();
            jaga.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal((40, true), ((await jaga.Read(id)).Row.Failures, (await jaga.Read(id)).Row.DueAt is not null));
        await jaga.Do(async db => Assert.True(await db.Notices.AnyAsync(n => n.About.Kind == "referral" && n.SaysEn.Contains("does not get through"))));
        ncmec.Fault = _ => SandboxFault.None;
        await jaga.SendReferrals();
        Assert.Equal(ReferralState.Finished, (await jaga.Read(id)).Row.State);
    }

    [Fact]
    public void Defect_09_user_ids_went_to_a_third_party_whose_address_stood_in_the_code()
    {
        var addresses = Source.Files("src/Jaga/Referrals", ".cs").SelectMany(f => System.Text.RegularExpressions.Regex.Matches(Source.Text(f), "https?://[^\"/ <]+").Select(m => m.Value)).Distinct();

        Assert.Equal(["https://exttest.cybertip.org", "https://report.cybertip.org"], addresses.Order());
    }

    [Fact]
    public async Task Defect_10_a_file_that_could_not_be_shown_fell_out_of_the_case_and_the_only_button_said_ignore()
    {
        await using var platform = await PlatformReceiver.Start();
        await using var jaga = await House();
        using var desk = await FrontDesk.Open(jaga, platform);
        var broken = "this is a known file, and no picture"u8.ToArray();
#pragma warning disable CA5351 // What lists of known files hold.
        var md5 = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(broken));
#pragma warning restore CA5351
        using (var scope = jaga.Services.CreateScope())
        {
            var made = await scope.ServiceProvider.GetRequiredService<Jaga.Banks.CreateBank>().Run(new(new() { Name = "files", Labels = [ReferCase.Category], OnMatch = Jaga.Banks.OnMatch.Hold }), Actor.System("test"), default);
            await scope.ServiceProvider.GetRequiredService<Jaga.Banks.AddSignals>().Run(made.Id, new("test", [new(md5, "md5")]), Actor.System("test"), default);
        }

        await Poll.Until(async () => (await desk.Check("file-1", broken))["matches"]!.AsArray().Count > 0, "the matcher follows the bank");
        var @case = await desk.Next();
        Assert.NotEmpty(@case["media"]!.AsArray());
        await desk.Decide(@case, "illegal", []);

        var file = Assert.Single((await jaga.Read(await jaga.Ask<Db, Id<Referral>>(db => db.Referrals.Select(r => r.Id).SingleAsync()))).Files);
        Assert.Equal((md5, false), (file.Md5, file.Details.Viewed));
    }

    [Fact]
    public async Task Defect_11_the_password_stood_in_the_database_in_the_open()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Account("http://127.0.0.1:9/ispws", "not in the open");
        using var lead = await jaga.As(Role.Administrator);

        await jaga.Do(async db => Assert.DoesNotContain("not in the open", System.Text.Encoding.Latin1.GetString((await db.TipAccounts.SingleAsync()).SealedPassword)));
        Assert.DoesNotContain("not in the open", await lead.GetStringAsync("/api/v1/audit/lines"));
        Assert.DoesNotContain("not in the open", new SetTipAccount.Request(true, "plaza", "not in the open").ToString());
    }

    [Fact]
    public void Defect_12_a_file_carried_several_captures_and_a_missing_time_became_now()
    {
        var details = TipXml.FileDetails(1, "f", TipScene.WholeFile with { UploadedAt = null });

        Assert.Single(details.Descendants("ipCaptureEvent"));
        Assert.Empty(details.Descendants("uploadedToEspTimestamp"));
        Assert.False(typeof(System.Collections.IEnumerable).IsAssignableFrom(typeof(TipFile).GetProperty(nameof(TipFile.Capture))!.PropertyType));
    }

    [Fact]
    public async Task Defect_13_the_documents_said_that_it_is_sent_and_it_was_not()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        await jaga.Finish(await jaga.Draft(TipScene.Everything));

        var sent = Assert.Single(ncmec.Reports.Values).Xml.Descendants().Select(e => e.Name.LocalName).ToHashSet();
        string[] promised = ["victim", "intendedRecipient", "lawEnforcement", "deviceId", "profileUrl", "associatedAccount", "reportAnnotations", "accountTemporarilyDisabled", "accountPermanentlyDisabled"];
        Assert.Empty(promised.Except(sent));
    }

    [Fact]
    public async Task Defect_14_the_list_ended_at_300_without_a_search_and_all_files_were_sent_at_once()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await using var ncmec = await jaga.Sandbox();
        var many = await jaga.In(async scope =>
        {
            // All in one moment: no page may lose one for it.
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            var (draft, ids) = (scope.GetRequiredService<DraftReferral>(), new List<Id<Referral>>());
            for (var i = 0; i < 310; i++)
            {
                ids.Add((await draft.Run(new("case", $"c-{i}"), $"u{i}", TipScene.Usual, [], Actor.System("test"), default)).Id);
            }

            return await transaction.Commit(ids, default);
        });
        using var lead = await jaga.As(Role.Lead);
        var (seen, next) = (new List<string>(), "");
        do
        {
            var page = (await lead.GetFromJsonAsync<JsonNode>($"/api/v1/referrals?size=200{next}"))!;
            seen.AddRange(page["rows"]!.AsArray().Select(r => (string)r!["id"]!));
            next = (string?)page["next"] is { } cursor ? $"&after={cursor}" : "";
        }
        while (next.Length > 0);
        Assert.Equal(many.Select(m => m.ToString()).Order(), seen.Order());
        Assert.Single((await lead.GetFromJsonAsync<JsonNode>("/api/v1/referrals?search=u217"))!["rows"]!.AsArray());
        Assert.Single((await lead.GetFromJsonAsync<JsonNode>("/api/v1/referrals?search=c-217"))!["rows"]!.AsArray());

        // Six reports of two files each: at most four files are on their way at a time.
        var (now, most, gate) = (0, 0, new Lock());
        ncmec.Fault = path =>
        {
            lock (gate)
            {
                now += path is "/upload" ? 1 : 0;
                most = Math.Max(most, now);
            }

            return SandboxFault.None;
        };
        ncmec.Done = path =>
        {
            lock (gate)
            {
                now -= path is "/upload" ? 1 : 0;
            }

            return Task.CompletedTask;
        };
        for (var i = 0; i < 6; i++)
        {
            await jaga.Sign(await jaga.Draft(null, One, Two));
        }

        await jaga.SendReferrals();
        Assert.Equal(12, ncmec.Reports.Values.Sum(r => r.Files.Count));
        Assert.InRange(most, 1, new ReferralSettings().AtOnce);
    }
}
