using Jaga.Evidence;
using Jaga.Tests.Evidence;

namespace Jaga.Tests.Packages;

/// <summary>A package altered in any one byte, in a name, or in its order: the verification fails and says where.</summary>
public sealed class AlteredPackageTests
{
    [Fact]
    public async Task Any_byte_of_the_archive_that_is_altered_is_found_and_its_file_and_place_are_named()
    {
        await using var scene = await PackageScene.Make(Store.Sqlite);
        var id = await scene.Prepare(("case", await scene.Decided(9000)));
        await scene.Build(id);
        var (tar, _) = await scene.Take(id);
        var whole = await File.ReadAllBytesAsync(tar);
        Assert.Null((await Verify(scene, tar)).Fault);
        var random = new Random(20260105);
        for (var round = 0; round < 150; round++)
        {
            var (at, with) = (random.Next(whole.Length), (byte)random.Next(1, 256));
            whole[at] ^= with;
            await File.WriteAllBytesAsync(tar, whole);
            var fault = (await Verify(scene, tar)).Fault;
            Assert.True(fault is { Path.Length: > 0, Sentence.Length: > 0 }, $"byte {at} altered by {with}: not found");
            whole[at] ^= with;
        }

        await File.WriteAllBytesAsync(tar, [.. whole, 0]);
        Assert.Equal(whole.Length, (await Verify(scene, tar)).Fault?.Offset);
    }

    [Fact]
    public async Task Every_file_altered_renamed_removed_or_added_is_named()
    {
        await using var scene = await PackageScene.Make(Store.Sqlite);
        var id = await scene.Prepare(("case", await scene.Decided(9000)));
        await scene.Build(id);
        var (_, bag) = await scene.Take(id);
        var random = new Random(20260106);
        foreach (var file in Directory.GetFiles(bag, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var (path, whole) = (Path.GetRelativePath(bag, file), await File.ReadAllBytesAsync(file));
            var at = random.Next(whole.Length);
            var altered = whole.ToArray();
            altered[at] ^= 1;
            await File.WriteAllBytesAsync(file, altered);
            var fault = (await Verify(scene, bag)).Fault;
            Assert.True(fault is not null && fault.Sentence.Contains(path, StringComparison.Ordinal), $"{path} altered at {at}: {fault}");
            Assert.True(path.StartsWith("tagmanifest", StringComparison.Ordinal) || fault.Path != path || fault.Offset <= at, $"{path} altered at {at}, told to be at {fault.Offset}");
            await File.WriteAllBytesAsync(file, whole);
            File.Move(file, file + "x");
            Assert.True((await Verify(scene, bag)).Fault is not null, $"{path} renamed");
            File.Move(file + "x", file);
        }

        var part = Path.GetRelativePath(bag, Directory.GetDirectories(Path.Combine(bag, "data", "exhibits")).Single());
        foreach (var path in new[] { "data/extra.txt", "data/exhibits/other/exhibit.json", $"{part}/objects/0002.png", $"{part}/custody/999999.tlog-proof", "extra.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(bag, path))!);
            await File.WriteAllTextAsync(Path.Combine(bag, path), "x");
            Assert.Equal(path, (await Verify(scene, bag)).Fault?.Path);
            File.Delete(Path.Combine(bag, path));
        }
    }

    [Theory, InlineData("manifest-sha256.txt"), InlineData("manifest-sha512.txt")]
    public async Task A_manifest_in_another_order_is_found_at_the_line(string name)
    {
        await using var scene = await BagScene.Make();
        var lines = await File.ReadAllLinesAsync(scene.At(name));
        (lines[1], lines[2]) = (lines[2], lines[1]);
        await File.WriteAllTextAsync(scene.At(name), string.Concat(lines.Select(l => l + "\n")));
        var fault = (await scene.Verify()).Fault;
        Assert.Equal((name, (long)lines[0].Length + 1), (fault?.Path, fault?.Offset));
    }

    [Fact]
    public async Task Files_of_the_archive_in_another_order_are_found()
    {
        await using var scene = await BagScene.Make();
        var (tar, swapped) = (scene.Bag + ".tar", scene.Bag + "-2.tar");
        var order = (await File.ReadAllLinesAsync(scene.At("manifest-sha256.txt"))).Select(l => l.Split("  ")[1]).Concat(["bagit.txt", "bag-info.txt", "blocks-sha256.txt", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt"]).ToList();
        await Write(scene, tar, order);
        Assert.Null((await VerifyBag.Run(tar, [scene.Key], default)).Fault);
        (order[0], order[1]) = (order[1], order[0]);
        await Write(scene, swapped, order);
        var fault = (await VerifyBag.Run(swapped, [scene.Key], default)).Fault;
        Assert.Equal(order[0], fault?.Path);
        Assert.Contains("order was changed", fault?.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_a_line_end_is_refused_in_the_archive_and_in_the_manifest()
    {
        await using var scene = await BagScene.Make();
        await File.WriteAllTextAsync(scene.At("data/a\nb.txt"), "x");
        Assert.Contains("line end", (await scene.Verify()).Fault?.Sentence, StringComparison.Ordinal);
        File.Delete(scene.At("data/a\nb.txt"));
        Assert.Equal(["data/a\n\rb%.txt"], BagManifest.Read("manifest-sha256.txt", $"{new string('0', 64)}  data/a%0A%0db%25.txt\n").Manifest!.Lines.Keys);
        Assert.Equal(0, BagManifest.Read("manifest-sha256.txt", $"{new string('0', 64)}  data/a\rb.txt\n").Fault?.Offset);
        await File.WriteAllTextAsync(scene.At("tagmanifest-sha256.txt"), (await File.ReadAllTextAsync(scene.At("tagmanifest-sha256.txt"))).Replace("  bagit.txt", " \tbagit.txt", StringComparison.Ordinal));
        Assert.Equal(0, (await scene.Verify()).Fault?.Offset);
    }

    private static Task<BagReport> Verify(PackageScene scene, string path) => VerifyBag.Run(path, [scene.Jaga.LogKey()], default);

    private static async Task Write(BagScene scene, string file, IEnumerable<string> order)
    {
        await using var stream = File.Create(file);
        await using var tar = new TarBag(stream, scene.Name);
        foreach (var path in order)
        {
            await using var content = File.OpenRead(scene.At(path));
            await tar.Add(path, content, DateTimeOffset.UnixEpoch, default);
        }
    }
}
