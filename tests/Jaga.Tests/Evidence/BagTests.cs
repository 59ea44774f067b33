using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using Jaga.Evidence;
using Jaga.People;
using Jaga.Server.Cli;

namespace Jaga.Tests.Evidence;

public sealed class BagTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_bag_taken_over_http_verifies_with_the_command_alone_and_with_sha256sum(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Keep(EvidenceSteps.Bytes(600_000), TimeSpan.FromDays(1));
        var exhibit = await jaga.Seal(TimeSpan.FromDays(365), kept.Id, (await jaga.Keep("a note"u8.ToArray(), mediaType: "text/plain")).Id);
        await jaga.Read(kept.Id);
        var lead = await jaga.As(Role.Lead);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await lead.PostAsJsonAsync($"/api/v1/evidence/exhibits/{exhibit.Id}/bag", new { reason = "" })).StatusCode);
        var answer = await lead.PostAsJsonAsync($"/api/v1/evidence/exhibits/{exhibit.Id}/bag", new { reason = "asked for by the police" });
        Assert.Equal((HttpStatusCode.OK, "application/x-tar"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var tar = Path.Combine(jaga.Data, "bag.tar");
        await File.WriteAllBytesAsync(tar, await answer.Content.ReadAsByteArrayAsync());

        var report = await VerifyBag.Run(tar, [jaga.LogKey()], default);
        Assert.Null(report.Fault);
        Assert.True(report.SignatureChecked);
        // Three kept, three sealed, the exhibit sealed, this export; why somebody opened it stays here.
        Assert.Equal(3 + 3 + 1 + 1, report.Lines);
        Assert.Equal(0, await Root.Build().Parse(["evidence", "verify", tar, "--public-key", jaga.LogKey().ToString()]).InvokeAsync());

        var folder = Directory.CreateDirectory(Path.Combine(jaga.Data, "unpacked")).FullName;
        await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: false);
        var bag = Path.Combine(folder, $"exhibit-{exhibit.Id}");
        Assert.Equal(EvidenceSteps.Bytes(600_000), await File.ReadAllBytesAsync(Path.Combine(bag, "data", "objects", "0001.jpg")));
        Assert.Equal("a note", await File.ReadAllTextAsync(Path.Combine(bag, "data", "objects", "0002.txt")));
        Assert.Contains("account-7", await File.ReadAllTextAsync(Path.Combine(bag, "data", "record.json")), StringComparison.Ordinal);
        foreach (var (tool, manifest) in new[] { ("sha256sum", "manifest-sha256.txt"), ("sha512sum", "manifest-sha512.txt"), ("sha256sum", "tagmanifest-sha256.txt"), ("sha512sum", "tagmanifest-sha512.txt") })
        {
            using var process = Process.Start(new ProcessStartInfo(tool, ["--check", "--strict", "--quiet", manifest]) { WorkingDirectory = bag })!;
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }

        Assert.Null((await VerifyBag.Run(bag, [], default)).Fault);
        Assert.Equal(["exhibit.sealed", "exhibit.exported"], await jaga.Custody(exhibit.Subject));
        Assert.Equal(2, await Root.Build().Parse(["evidence", "verify", Path.Combine(folder, "nowhere.tar")]).InvokeAsync());
    }

    [Fact]
    public async Task Every_file_of_a_bag_altered_in_a_byte_is_found_and_named()
    {
        await using var scene = await BagScene.Make();
        foreach (var path in scene.Paths())
        {
            var whole = await File.ReadAllBytesAsync(scene.At(path));
            foreach (var at in Enumerable.Range(0, 5).Select(i => i * (whole.Length - 1) / 4).Distinct())
            {
                var altered = whole.ToArray();
                altered[at] ^= 1;
                await File.WriteAllBytesAsync(scene.At(path), altered);
                var fault = (await scene.Verify()).Fault;
                Assert.True(fault is not null && fault.Sentence.Contains(path, StringComparison.Ordinal), $"{path} altered at {at}: {fault}");
            }

            await File.WriteAllBytesAsync(scene.At(path), whole);
        }

        Assert.Null((await scene.Verify()).Fault);
    }

    [Theory, InlineData(0, 0), InlineData(4095, 0), InlineData(4096, 4096), InlineData(20_000, 16_384), InlineData(99_999, 98_304)]
    public async Task The_place_of_an_altered_byte_is_told_to_four_kibibytes(int at, long block)
    {
        await using var scene = await BagScene.Make(100_000);
        var path = scene.At("data/objects/0001.jpg");
        var whole = await File.ReadAllBytesAsync(path);
        var altered = whole.ToArray();
        altered[at] ^= 1;
        await File.WriteAllBytesAsync(path, altered);
        Assert.Equal(("data/objects/0001.jpg", block), ((await scene.Verify()).Fault?.Path, (await scene.Verify()).Fault?.Offset));

        await File.WriteAllBytesAsync(path, whole[..at]);
        Assert.Equal(block, (await scene.Verify()).Fault?.Offset);
    }

    [Fact]
    public async Task A_file_of_a_bag_that_is_renamed_removed_or_added_is_found_and_named()
    {
        await using var scene = await BagScene.Make();
        foreach (var path in scene.Paths())
        {
            File.Move(scene.At(path), scene.At(path + "x"));
            var renamed = (await scene.Verify()).Fault;
            Assert.True(renamed is not null && (renamed.Sentence.Contains(path, StringComparison.Ordinal) || path.StartsWith("tagmanifest", StringComparison.Ordinal)), $"{path}: {renamed}");
            File.Move(scene.At(path + "x"), scene.At(path));
        }

        foreach (var path in new[] { "data/extra.txt", "data/objects/0002.jpg", "data/custody/9.tlog-proof", "extra.txt", "notes/extra.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(scene.At(path))!);
            await File.WriteAllTextAsync(scene.At(path), "x");
            Assert.Equal(path, (await scene.Verify()).Fault?.Path);
            File.Delete(scene.At(path));
        }

        Assert.Null((await scene.Verify()).Fault);
    }

    [Fact]
    public async Task A_bag_rewritten_with_fitting_manifests_does_not_fit_what_the_audit_log_says_was_sealed()
    {
        await using var scene = await BagScene.Make();
        await File.WriteAllTextAsync(scene.At("data/record.json"), "{\"uploader\":\"account-8\"}");
        await scene.Rehash();
        Assert.Equal("data/record.json", (await scene.Verify()).Fault?.Path);

        // And with a fitting list: the digest in the log does not fit.
        var list = await File.ReadAllTextAsync(scene.At("data/exhibit.json"));
        await File.WriteAllTextAsync(scene.At("data/exhibit.json"), list.Replace("Clause 1", "Clause 2", StringComparison.Ordinal));
        await File.WriteAllTextAsync(scene.At("data/record.json"), scene.Record);
        await scene.Rehash();
        Assert.Equal("data/exhibit.json", (await scene.Verify()).Fault?.Path);

        // And with a fitting line: the proof does not fit.
        await File.WriteAllTextAsync(scene.At("data/exhibit.json"), list);
        var lines = await File.ReadAllTextAsync(scene.At("data/custody/lines.jsonl"));
        await File.WriteAllTextAsync(scene.At("data/custody/lines.jsonl"), lines.Replace("decided", "denied!", StringComparison.Ordinal));
        await scene.Rehash();
        Assert.EndsWith(".tlog-proof", (await scene.Verify()).Fault?.Path, StringComparison.Ordinal);

        // And a log of one's own: the signature is by nobody known.
        await File.WriteAllTextAsync(scene.At("data/custody/lines.jsonl"), lines);
        await scene.Rehash();
        Assert.Null((await scene.Verify()).Fault);
        var stranger = new Jaga.Audit.VerifierKey("other.example/audit", Jaga.Audit.Ed25519.PublicKey(new byte[32]));
        Assert.Equal("data/custody/checkpoint", (await VerifyBag.Run(scene.Bag, [stranger], default)).Fault?.Path);
    }

    [Fact]
    public async Task A_bag_without_its_custody_is_a_fault_where_a_key_is_given_and_is_never_called_whole()
    {
        await using var scene = await BagScene.Make();
        Directory.Delete(scene.At("data/custody"), recursive: true);
        File.Delete(scene.At("data/exhibit.json"));
        await scene.Rehash();
        Assert.Equal(("data/exhibit.json", false), ((await scene.Verify()).Fault?.Path, (await scene.Verify()).SignatureChecked));
        Assert.Equal((null, 0), ((await VerifyBag.Run(scene.Bag, [], default)).Fault, (await VerifyBag.Run(scene.Bag, [], default)).Lines));
        Assert.Equal(1, await Root.Build().Parse(["evidence", "verify", scene.Bag, "--public-key", scene.Key.ToString()]).InvokeAsync());
        Assert.Equal(3, await Root.Build().Parse(["evidence", "verify", scene.Bag]).InvokeAsync());
    }

    [Fact]
    public async Task Custody_that_is_longer_than_a_bag_can_show_is_refused_before_anything_is_written_and_never_cut()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        var kept = await jaga.Keep([1]);
        var exhibit = await jaga.Seal(TimeSpan.FromDays(9), kept.Id);
        await jaga.In(async scope =>
        {
            await using var transaction = await scope.GetRequiredService<Db>().Begin(default);
            for (var i = 0; i < ExhibitBag.MostLines; i++)
            {
                scope.GetRequiredService<Jaga.Audit.AuditLog>().Record(EvidenceSteps.Somebody, "evidence.restored", kept.Subject);
            }

            return await transaction.Commit(true, default);
        });
        var bag = Path.Combine(jaga.Data, "bag");
        var refused = await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<ExportBag, bool>(async e =>
        {
            await e.Run(exhibit.Id, EvidenceSteps.Somebody, "asked", _ => new FolderBag(bag), default);
            return true;
        }));
        Assert.Contains("not cut", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(bag) ? Directory.GetFiles(bag, "*", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public async Task A_strangers_bag_is_read_safely_or_refused_with_its_reason()
    {
        await using var scene = await BagScene.Make();
        File.CreateSymbolicLink(scene.At("data/link"), "/etc/hostname");
        Assert.Equal(("data/link", true), await Refusal(scene));
        File.Delete(scene.At("data/link"));
        Directory.CreateSymbolicLink(scene.At("data/linked"), "/etc");
        Assert.Equal(("data/linked", true), await Refusal(scene));
        Directory.Delete(scene.At("data/linked"));
        await File.WriteAllTextAsync(scene.At("fetch.txt"), "https://example.org/x 1 data/x\n");
        Assert.Equal("fetch.txt", (await scene.Verify()).Fault?.Path);
        File.Delete(scene.At("fetch.txt"));
        await File.WriteAllTextAsync(scene.At("data/RECORD.json"), "x");
        Assert.Contains("same name", (await scene.Verify()).Fault?.Sentence, StringComparison.Ordinal);
        File.Delete(scene.At("data/RECORD.json"));
        Assert.Null((await scene.Verify()).Fault);

        foreach (var path in new[] { "../out.txt", "/etc/out.txt", "bag/../../out.txt", "bag/data\\out.txt", "~root/x", "C:/x", "bag//x", "bag/a\tb" })
        {
            Assert.Contains("out of the bag", (await VerifyBag.Run(await Tar(scene, (path, TarEntryType.RegularFile)), [], default)).Fault?.Sentence, StringComparison.Ordinal);
        }

        foreach (var type in new[] { TarEntryType.SymbolicLink, TarEntryType.HardLink, TarEntryType.Fifo, TarEntryType.CharacterDevice })
        {
            Assert.Contains("special file", (await VerifyBag.Run(await Tar(scene, ("bag/data/x", type)), [], default)).Fault?.Sentence, StringComparison.Ordinal);
        }

        Assert.Contains("not a bag", (await VerifyBag.Run(await Tar(scene, ("bag/data/x", TarEntryType.RegularFile)), [], default)).Fault?.Sentence, StringComparison.Ordinal);
        Assert.Contains("outside", (await VerifyBag.Run(await Tar(scene, ("bag/bagit.txt", TarEntryType.RegularFile), ("other/x", TarEntryType.RegularFile)), [], default)).Fault?.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zipped_bag_verifies_and_a_cut_archive_is_named()
    {
        await using var scene = await BagScene.Make();
        var zip = scene.Bag + ".zip";
        await ZipFile.CreateFromDirectoryAsync(scene.Bag, zip, CompressionLevel.Fastest, includeBaseDirectory: true);
        Assert.Null((await VerifyBag.Run(zip, [scene.Key], default)).Fault);
        var tar = scene.Bag + ".tar";
        await TarFile.CreateFromDirectoryAsync(scene.Bag, tar, includeBaseDirectory: true);
        Assert.Null((await VerifyBag.Run(tar, [scene.Key], default)).Fault);

        foreach (var archive in new[] { zip, tar })
        {
            var bytes = await File.ReadAllBytesAsync(archive);
            await File.WriteAllBytesAsync(archive, bytes[..(bytes.Length / 2)]);
            Assert.NotNull((await VerifyBag.Run(archive, [], default)).Fault);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_exhibit_is_listed_and_shown_with_its_custody_and_what_was_altered_or_destroyed_is_not_exported(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var kept = await jaga.Keep([1, 2, 3], TimeSpan.FromDays(1));
        var exhibit = await jaga.Seal(TimeSpan.FromDays(30), kept.Id);
        var auditor = await jaga.As(Role.Auditor);

        var page = await auditor.GetFromJsonAsync<Page<ReadExhibits.Row>>("/api/v1/evidence/exhibits?about=case/0197-1", Json.Options);
        Assert.Equal([exhibit.Id], page!.Rows.Select(r => r.Id));
        await jaga.Do(async db =>
        {
            var shown = await ReadExhibits.One(db, new Held(db, []), exhibit.Id, default);
            Assert.Equal(["record.json", "objects/0001.jpg"], shown.Pieces.Select(p => p.File.Name));
            Assert.All(shown.Pieces, p => Assert.Equal(BlobState.Whole, p.State));
            Assert.Equal(["evidence.kept", "evidence.kept", "evidence.sealed", "evidence.sealed", "exhibit.sealed"], shown.Custody.Select(c => c.Action));
        });
        Assert.Empty((await auditor.GetFromJsonAsync<Page<ReadExhibits.Row>>($"/api/v1/evidence/exhibits?after={exhibit.Id}", Json.Options))!.Rows);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await auditor.GetAsync("/api/v1/evidence/exhibits?about=case")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync($"/api/v1/evidence/exhibits/{exhibit.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsJsonAsync($"/api/v1/evidence/exhibits/{exhibit.Id}/bag", new { reason = "to look" })).StatusCode);

        foreach (var file in jaga.Files())
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        await Assert.ThrowsAsync<EvidenceAltered>(() => jaga.Ask<ExportBag, bool>(async e =>
        {
            await e.Run(exhibit.Id, EvidenceSteps.Somebody, "asked", _ => new FolderBag(Path.Combine(jaga.Data, "half")), default);
            return true;
        }));
        Assert.NotNull((await VerifyBag.Run(Path.Combine(jaga.Data, "half"), [], default)).Fault);

        jaga.Clock.Advance(TimeSpan.FromDays(31));
        await jaga.Turn<DestroyExpired>();
        await Assert.ThrowsAsync<RuleBroken>(() => jaga.Ask<ExportBag, bool>(async e =>
        {
            await e.Run(exhibit.Id, EvidenceSteps.Somebody, "asked", _ => throw new InvalidOperationException("No bag is begun."), default);
            return true;
        }));
    }

    private static async Task<(string?, bool)> Refusal(BagScene scene)
    {
        var fault = (await scene.Verify()).Fault;
        return (fault?.Path[(scene.Name.Length + 1)..], fault!.Sentence.Contains("special file", StringComparison.Ordinal));
    }

    private static async Task<string> Tar(BagScene scene, params (string Path, TarEntryType Type)[] entries)
    {
        var file = Path.Combine(Path.GetDirectoryName(scene.Bag)!, "strange.tar");
        await using var stream = File.Create(file);
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax);
        foreach (var (path, type) in entries)
        {
            var entry = new PaxTarEntry(type, path);
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            {
                entry.LinkName = "/etc/hostname";
            }

            await tar.WriteEntryAsync(entry);
        }

        return file;
    }
}
