using System.Text.Json.Nodes;
using Jaga.Evidence;
using Jaga.People;
using Jaga.Tests.Disclosure;
using Jaga.Tests.Evidence;
using static Jaga.Tests.Packages.PackageScene;

namespace Jaga.Tests.Packages;

/// <summary>What a receiver learns, and for how long what they were handed can be found here.</summary>
public sealed class ReceiverTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_package_for_one_agency_says_nothing_of_another_s(Store store)
    {
        await using var scene = await Make(store);
        var @case = await scene.Decided();
        var customs = await Asking.Verified(scene.Jaga, "Customs");
        await KeyFor(scene, customs);
        var theirs = (string)(await Ok(await scene.Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "case", id = @case } }, profile = "id-police", agency = customs })))["id"]!;
        var number = (string)(await scene.Build(theirs))["row"]!["number"]!;
        var exhibit = await scene.Jaga.Ask<Db, Exhibit>(db => db.Exhibits.SingleAsync(e => e.About.Kind == "case"));
        var file = await scene.Jaga.Ask<Db, Id<VaultObject>>(db => db.ExhibitObjects.Where(x => x.ExhibitId == exhibit.Id).OrderBy(x => x.ObjectId).Select(x => x.ObjectId).FirstAsync());
        await using (await scene.Jaga.Ask<Vault, Stream>(vault => vault.Open(file, EvidenceSteps.Somebody, "shown to the Prosecutor", default)))
        {
            await Export(scene, exhibit, "asked for by the Prosecutor");
        }

        var id = await scene.Prepare(("case", @case));
        await scene.Build(id);
        var (tar, bag) = await scene.Take(id);
        var report = await VerifyBag.Run(tar, [scene.Jaga.LogKey()], default);
        Assert.True(report is { Fault: null, SignatureChecked: true });
        foreach (var text in Directory.GetFiles(bag, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is not ".png"))
        {
            var says = Said(await File.ReadAllTextAsync(text));
            Assert.All([customs, "Customs", number, theirs, "Prosecutor"], other => Assert.DoesNotContain(other, says, StringComparison.Ordinal));
        }

        // Its own handing over is in it, and how the evidence came to be.
        var part = Assert.Single(Directory.GetDirectories(Path.Combine(bag, "data", "exhibits")));
        var acts = (await File.ReadAllLinesAsync(Path.Combine(part, "custody", "lines.jsonl"))).Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Contains(id, (string)Assert.Single(acts, a => (string)a["action"]! == "exhibit.exported")["details"]!, StringComparison.Ordinal);
        Assert.All(["evidence.kept", "evidence.sealed", "exhibit.sealed", "case.opened", "case.decided"], wanted => Assert.Contains(acts, a => (string)a["action"]! == wanted));

        // And a bag that staff export names its own export and none of the packages.
        var folder = await Export(scene, exhibit, "asked for by the Ministry");
        var lines = await File.ReadAllTextAsync(Path.Combine(folder, "data", "custody", "lines.jsonl"));
        Assert.Contains("Ministry", lines, StringComparison.Ordinal);
        Assert.All([customs, "Customs", number, theirs, id, "Prosecutor"], other => Assert.DoesNotContain(other, lines, StringComparison.Ordinal));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Packages_and_disclosed_data_are_found_for_whom_they_are_about_and_held_with_them(Store store)
    {
        await using var scene = await Make(store);
        using var asking = await Asking.Begin(scene.Jaga);
        await KeyFor(scene, asking.Police);
        var request = await DisclosedDataTests.Answered(asking);
        var package = (string)(await Ok(await scene.Lead.PostAsJsonAsync("/api/v1/packages", new { about = new[] { new { kind = "data-request", id = request } }, profile = "id-police", agency = asking.Police })))["id"]!;
        await scene.Build(package);
        var ofCase = await scene.Prepare(("case", await scene.Decided()));
        await scene.Build(ofCase);

        Assert.Equal(Sorted(("data-request", request), ("package", package)), await Found("account/u42"));
        Assert.Subset((await Found("group/g7")).ToHashSet(), Sorted(("data-request", request), ("package", package), ("package", ofCase)).ToHashSet());
        Assert.Empty(await Found("account/u43"));

        await scene.Jaga.Ask<PlaceHold, LegalHold>(place => place.Run(new("account/u42", "court 9", "asked"), EvidenceSteps.Somebody, default));
        scene.Jaga.Clock.Advance(TimeSpan.FromDays(4000));
        await scene.Jaga.Turn<DestroyExpired>();
        await scene.Jaga.Do(async db =>
        {
            var kept = await db.VaultObjects.AsNoTracking().ToListAsync();
            Assert.All(kept.Where(o => o.About.Id == request || o.About.Id == package), o => Assert.Null(o.DestroyedAt));
            Assert.All(kept.Where(o => o.About.Id == ofCase), o => Assert.NotNull(o.DestroyedAt));
        });

        async Task<List<string>> Found(string person)
        {
            var answer = await scene.Jaga.Ask<AskErasure, ReadErasures.Answer>(ask => ask.Run(new(person, "letter 1"), EvidenceSteps.Somebody, default));
            var ids = answer.Pieces.Select(p => p.Evidence).ToList();
            return [.. (await scene.Jaga.Ask<Db, List<Subject>>(db => db.VaultObjects.Where(o => ids.Contains(o.Id)).Select(o => o.About).ToListAsync())).Where(s => s.Kind is "package" or "data-request").Select(s => s.ToString()).Distinct().Order(StringComparer.Ordinal)];
        }

        static List<string> Sorted(params (string Kind, string Id)[] of) => [.. of.Select(o => $"{o.Kind}/{o.Id}").Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_package_that_is_not_encrypted_goes_with_its_evidence_and_is_taken_only_when_the_agency_opened_it()
    {
        await using var scene = await Make(Store.Sqlite);
        var sealedTo = await scene.Prepare(("case", await scene.Decided()));
        await scene.Build(sealedTo);
        using var admin = await scene.Jaga.As(Role.Administrator);
        await Ok(await admin.PutAsJsonAsync("/api/v1/package-profiles/id-police", new { unencrypted = true, why = "their computer is old" }));
        var plain = await scene.Prepare(("case", await scene.Decided(6000)));
        await scene.Build(plain);
        await scene.Jaga.Do(async db =>
        {
            var days = await db.Packages.Where(p => p.Evidence != null).ToDictionaryAsync(p => p.Id.ToString(), p => db.VaultObjects.Single(o => o.Id == p.Evidence).DestroyAfter!.Value);
            Assert.Equal(await db.Exhibits.Where(e => e.About.Kind == "case").MaxAsync(e => e.KeepUntil), days[plain]);
            Assert.True(days[sealedTo] > days[plain].AddYears(3));
        });

        // Somebody here takes it out: the agency has not taken it, and it can be taken back.
        using var door = await scene.Agency(scene.Police);
        var file = await scene.Jaga.Ask<Db, Guid>(db => db.VaultBlobs.Where(b => db.VaultObjects.Any(o => o.BlobId == b.Id && db.Packages.Any(p => p.Number == db.Packages.OrderByDescending(q => q.Id).First().Number && p.Evidence == o.Id))).Select(b => b.File).SingleAsync());
        var path = scene.Jaga.Files().Single(f => f.EndsWith(file.ToString(), StringComparison.Ordinal));
        using (var taken = await scene.Other.PostAsJsonAsync($"/api/v1/packages/{plain}/file", new { why = "handed to their courier" }))
        {
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        Assert.Null((string?)(await scene.Read(plain))["row"]!["takenAt"]);

        // What could not be opened was not taken.
        File.Move(path, path + ".aside");
        using (var failed = await door.GetAsync($"/api/v1/agency/packages/{plain}/file"))
        {
            Assert.False(failed.IsSuccessStatusCode);
        }

        Assert.Null((string?)(await scene.Read(plain))["row"]!["takenAt"]);
        File.Move(path + ".aside", path);
        using (var taken = await door.GetAsync($"/api/v1/agency/packages/{plain}/file"))
        {
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        Assert.NotNull((string?)(await scene.Read(plain))["row"]!["takenAt"]);
        Assert.Single((await scene.Read(plain))["history"]!.AsArray(), l => (string)l!["action"]! == "package.taken");
    }

    // A proof holds its line in base64.
    private static string Said(string text) => string.Join('\n', text.Split('\n').Select(l => l.StartsWith("extra ", StringComparison.Ordinal) ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(l[6..])) : l));

    private static Task<string> Export(PackageScene scene, Exhibit exhibit, string why) => scene.Jaga.Ask<ExportBag, string>(async export =>
    {
        var folder = Path.Combine(scene.Jaga.Data, $"bag-{Path.GetRandomFileName()}");
        await export.Run(exhibit.Id, EvidenceSteps.Somebody, why, _ => new FolderBag(folder), default);
        Assert.Null((await VerifyBag.Run(folder, [scene.Jaga.LogKey()], default)).Fault);
        return folder;
    });

    private static Task KeyFor(PackageScene scene, string agency) => DisclosedDataTests.KeyFor(scene, agency);
}
