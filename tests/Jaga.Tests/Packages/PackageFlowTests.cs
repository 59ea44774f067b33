using System.Text.Json.Nodes;
using Jaga.Evidence;
using Jaga.Obligations;
using Jaga.Packages;
using Jaga.People;
using Jaga.Server.Cli;
using Jaga.Tests.Disclosure;
using Jaga.Tests.Evidence;
using static Jaga.Tests.Packages.PackageScene;

namespace Jaga.Tests.Packages;

/// <summary>From a decided case to a package in an officer's hands and their receipt, over HTTP, with the real gpg and sha256sum at the other end.</summary>
/// <remarks>
/// By their endpoints: <see cref="AddEncryptionKey"/>, <see cref="ConfirmEncryptionKey"/>, <see cref="SetProfile"/>, <see cref="PreparePackage"/>, <see cref="ReleasePackage"/>, <see cref="WithdrawPackage"/>,
/// <see cref="TakePackage"/>, <see cref="ReadPackages"/>, <see cref="ReadOwnPackages"/>.
/// </remarks>
public sealed class PackageFlowTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Two_persons_release_a_package_and_the_officer_opens_it_with_gpg_and_sha256sum_alone(Store store)
    {
        await using var scene = await Make(store);
        var id = await scene.Prepare(("case", await scene.Decided()));
        Assert.Contains("Two persons", await Refused(await scene.Release(id, scene.Lead), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Contains("changed since you looked", await Refused(await scene.Release(id, seen: "00"), HttpStatusCode.Conflict), StringComparison.Ordinal);
        var built = await scene.Build(id);
        Assert.Equal(("ready", null, 1), ((string?)built["row"]!["state"], (string?)built["row"]!["halted"], built["parts"]!.AsArray().Count));

        var (tar, bag) = await scene.Take(id);
        foreach (var (tool, manifest) in new[] { ("sha256sum", "manifest-sha256.txt"), ("sha512sum", "manifest-sha512.txt"), ("sha256sum", "tagmanifest-sha256.txt"), ("sha512sum", "tagmanifest-sha512.txt") })
        {
            await Keyring.Run(bag, tool, "--check", "--strict", "--quiet", manifest);
        }

        var report = await VerifyBag.Run(tar, [scene.Jaga.LogKey()], default);
        Assert.Null(report.Fault);
        Assert.True(report.SignatureChecked && report.Lines > 10);
        Assert.Null((await VerifyBag.Run(bag, [scene.Jaga.LogKey()], default)).Fault);
        Assert.Equal(0, await Root.Build().Parse(["evidence", "verify", tar, "--public-key", scene.Jaga.LogKey().ToString()]).InvokeAsync());
        var part = Assert.Single(Directory.GetDirectories(Path.Combine(bag, "data", "exhibits")));
        Assert.Equal(EvidenceSteps.Bytes(5000), await File.ReadAllBytesAsync(Path.Combine(part, "objects", "0001.png")));
        var text = await File.ReadAllTextAsync(Path.Combine(bag, "data", "report.html"));
        Assert.All(["a banked bridge", "case.decided", "exhibit.sealed", "Bareskrim", (string)built["parts"]![0]!["digest"]!], s => Assert.True(text.Contains(s, StringComparison.Ordinal) || s.Length == 64, s));
        Assert.Contains("P-2026-", await File.ReadAllTextAsync(Path.Combine(bag, "data", "letter.html")), StringComparison.Ordinal);

        using var door = await scene.Agency(scene.Police);
        var own = (await Ok(await door.GetAsync("/api/v1/agency/packages")))["rows"]!.AsArray().Single()!;
        var sealing = JsonNode.Parse((await File.ReadAllLinesAsync(Path.Combine(bag, "data", "custody", "lines.jsonl"))).Single(l => l.Contains("\"package.sealed\"", StringComparison.Ordinal)))!;
        Assert.Contains("package.sealed", await scene.Jaga.Proven(await File.ReadAllBytesAsync(Path.Combine(bag, "data", "custody", $"{sealing["seq"]}.tlog-proof"))), StringComparison.Ordinal);
        var line = await scene.Jaga.Proven(await door.GetByteArrayAsync($"/api/v1/agency/packages/{id}/proof"));
        Assert.All(["package.built", (string)own["sha256"]!], said => Assert.Contains(said, line, StringComparison.Ordinal));
        Assert.Contains("another file", await Refused(await door.PostAsJsonAsync($"/api/v1/agency/packages/{id}/receipt", new { sha256 = new string('0', 64) }), HttpStatusCode.Conflict), StringComparison.Ordinal);
        await Ok(await door.PostAsJsonAsync($"/api/v1/agency/packages/{id}/receipt", new { sha256 = (string)own["sha256"]! }));
        var done = await scene.Read(id);
        Assert.Equal(("received", null), ((string?)done["row"]!["state"], (string?)done["row"]!["dueAt"]));
        Assert.Equal(
            ["package.prepared", "package.released", "package.sealed", "package.built", "package.taken", "package.received"], done["history"]!.AsArray().Select(l => (string)l!["action"]!));
        await scene.Jaga.Do(async db => Assert.Equal(ObligationState.Kept, (await db.Obligations.SingleAsync(o => o.Clause == PreparePackage.Clause)).State));
        Assert.Contains("cannot be taken back", await Refused(await scene.Lead.PostAsJsonAsync($"/api/v1/packages/{id}/withdrawal", new { why = "oops" }), HttpStatusCode.Conflict), StringComparison.Ordinal);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Another_agency_s_package_answers_like_one_that_is_not_there(Store store)
    {
        await using var scene = await Make(store);
        using var stranger = await scene.Agency(await Asking.Verified(scene.Jaga, "Customs"));
        using var own = await scene.Agency(scene.Police);
        var (theirs, nobodys) = (await scene.Prepare(("case", await scene.Decided())), "01996b00-0000-7000-8000-000000000001");

        // Before it is ready, its own agency does not know of it either.
        Assert.Equal(await Whole(await own.GetAsync($"/api/v1/agency/packages/{nobodys}"), nobodys), await Whole(await own.GetAsync($"/api/v1/agency/packages/{theirs}"), theirs));
        await scene.Build(theirs);
        foreach (var path in (string[])["", "/file", "/proof"])
        {
            Assert.Equal(await Whole(await stranger.GetAsync($"/api/v1/agency/packages/{nobodys}{path}"), nobodys), await Whole(await stranger.GetAsync($"/api/v1/agency/packages/{theirs}{path}"), theirs));
        }

        Assert.Equal(await Whole(await stranger.PostAsJsonAsync($"/api/v1/agency/packages/{nobodys}/receipt", new { sha256 = "x" }), nobodys), await Whole(await stranger.PostAsJsonAsync($"/api/v1/agency/packages/{theirs}/receipt", new { sha256 = "x" }), theirs));
        Assert.Empty((await Ok(await stranger.GetAsync("/api/v1/agency/packages")))["rows"]!.AsArray());
        Assert.Single((await Ok(await own.GetAsync("/api/v1/agency/packages")))["rows"]!.AsArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync($"/api/v1/packages/{theirs}")).StatusCode);

        static async Task<string> Whole(HttpResponseMessage answer, string id)
        {
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
            body.Remove("traceId");
            return body.ToJsonString().Replace(id, "ID", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_leaves_without_a_confirmed_key_unless_an_administrator_has_said_so_for_the_profile()
    {
        await using var scene = await Make(Store.Sqlite, key: false);
        using var admin = await scene.Jaga.As(Role.Administrator);
        var id = await scene.Prepare(("case", await scene.Decided()));
        Assert.Contains("no key", await Refused(await scene.Release(id), HttpStatusCode.Conflict), StringComparison.Ordinal);
        var key = await scene.AddKey();
        Assert.Contains("No administrator has confirmed", await Refused(await scene.Release(id), HttpStatusCode.Conflict), StringComparison.Ordinal);
        var confirmation = $"/api/v1/agencies/{scene.Police}/encryption-keys/{key}/confirmation";
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Lead.PostAsJsonAsync(confirmation, new { fingerprint = scene.Ring.Fingerprint, how = "seen" })).StatusCode);
        using var both = await scene.Jaga.As(Role.Administrator, Role.Lead);
        var customs = await Asking.Verified(scene.Jaga, "Customs");
        var own = (string)(await Ok(await both.PostAsJsonAsync($"/api/v1/agencies/{customs}/encryption-keys", new { key = scene.Ring.Armored })))["id"]!;
        Assert.Contains("Two persons", await Refused(await both.PostAsJsonAsync($"/api/v1/agencies/{customs}/encryption-keys/{own}/confirmation", new { fingerprint = scene.Ring.Fingerprint, how = "seen" }), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Contains("not the fingerprint", await Refused(await admin.PostAsJsonAsync(confirmation, new { fingerprint = new string('A', 40), how = "seen" }), HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Lead.PutAsJsonAsync("/api/v1/package-profiles/id-police", new { unencrypted = true, why = "their computer is old" })).StatusCode);
        await Ok(await admin.PutAsJsonAsync("/api/v1/package-profiles/id-police", new { unencrypted = true, why = "their computer is old" }));
        var built = await scene.Build(id);
        Assert.Equal(("ready", "their computer is old"), ((string?)built["row"]!["state"], (string?)built["unencrypted"]));
        using var taken = await scene.Other.PostAsJsonAsync($"/api/v1/packages/{id}/file", new { why = "handed to their courier" });
        var tar = Path.Combine(scene.Jaga.Data, "plain.tar");
        await File.WriteAllBytesAsync(tar, await taken.Content.ReadAsByteArrayAsync());
        Assert.Null((await VerifyBag.Run(tar, [scene.Jaga.LogKey()], default)).Fault);
        await Ok(await scene.Lead.PostAsJsonAsync($"/api/v1/packages/{id}/receipt", new { by = "Iptu Contoh", words = "TT/12/2026" }));
        var done = await scene.Read(id);
        Assert.Equal(("received", true), ((string?)done["row"]!["state"], (bool)done["byHand"]!));
        Assert.Contains("package.taken-out", done["history"]!.AsArray().Select(l => (string)l!["action"]!));
    }

    [Fact]
    public async Task A_key_put_out_of_use_stops_the_build_and_a_person_can_take_the_package_back_or_try_again()
    {
        await using var scene = await Make(Store.Sqlite);
        var id = await scene.Prepare(("case", await scene.Decided()));
        await Ok(await scene.Release(id));
        var key = (string)(await scene.Read(id))["key"]!["id"]!;
        await Ok(await scene.Lead.PostAsync($"/api/v1/agencies/{scene.Police}/encryption-keys/{key}/retire", null));
        await scene.Jaga.RunWorker();
        Assert.Contains("out of use", (string)(await scene.Read(id))["row"]!["halted"]!, StringComparison.Ordinal);
        await Ok(await scene.Lead.PostAsync($"/api/v1/packages/{id}/retry", null));
        await scene.Jaga.RunWorker();
        Assert.Equal("building", (string?)(await scene.Read(id))["row"]!["state"]);
        await Ok(await scene.Lead.PostAsJsonAsync($"/api/v1/packages/{id}/withdrawal", new { why = "they have a new key" }));
        await scene.Jaga.Do(async db => Assert.Equal(ObligationState.Cancelled, (await db.Obligations.SingleAsync(o => o.Clause == PreparePackage.Clause)).State));
        using var own = await scene.Agency(scene.Police);
        Assert.Empty((await Ok(await own.GetAsync("/api/v1/agency/packages")))["rows"]!.AsArray());
    }

    [Fact]
    public async Task What_is_not_decided_or_goes_elsewhere_cannot_be_packaged()
    {
        await using var scene = await Make(Store.Sqlite);
        var @case = await scene.Decided();
        Assert.Contains("CyberTipline", await Refused(await scene.Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "case", id = @case } }, profile = "us-ncmec", agency = scene.Police }), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Contains("authorities of GB", await Refused(await scene.Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "case", id = @case } }, profile = "gb-nca", agency = scene.Police }), HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        await Refused(await scene.Lead.PostAsJsonAsync("/api/v1/packages", scene.Wanted(("letter", @case))), HttpStatusCode.UnprocessableEntity);
        await Refused(await scene.Lead.PostAsJsonAsync("/api/v1/packages", scene.Wanted(("case", "01996b00-0000-7000-8000-000000000001"))), HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await scene.Jaga.As(Role.Reviewer)).PostAsJsonAsync("/api/v1/packages", scene.Wanted(("case", @case)))).StatusCode);

        var profiles = (await Ok(await scene.Lead.GetAsync("/api/v1/package-profiles"))).AsArray();
        Assert.Equal(["id-police", "id-ministry", "us-ncmec", "gb-nca", "ca-rcmp", "inhope", "asking-authority"], profiles.Select(p => (string)p!["profile"]!["id"]!));
        Assert.All(profiles, p => Assert.NotEmpty(p!["profile"]!["notes"]!.AsArray()));
    }

    [Fact]
    public async Task A_profile_without_evidence_hands_over_words_and_digests_and_no_picture()
    {
        await using var scene = await Make(Store.Sqlite);
        var @case = await scene.Decided();
        var id = (string)(await Ok(await scene.Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "case", id = @case } }, profile = "id-ministry", agency = scene.Police })))["id"]!;
        Assert.Empty((await scene.Build(id))["parts"]!.AsArray());
        var (tar, bag) = await scene.Take(id);
        Assert.Null((await VerifyBag.Run(tar, [scene.Jaga.LogKey()], default)).Fault);
        Assert.False(Directory.Exists(Path.Combine(bag, "data", "exhibits")));
        Assert.DoesNotContain(Directory.GetFiles(bag, "*", SearchOption.AllDirectories), f => Path.GetExtension(f) is ".png" or ".bin");
        var report = await File.ReadAllTextAsync(Path.Combine(bag, "data", "report.html"));
        Assert.Contains("staff member 1", report, StringComparison.Ordinal);
    }
}
