using System.Security.Cryptography;
using Jaga.Audit;
using Jaga.Evidence;

namespace Jaga.Tests.Evidence;

/// <summary>A bag in a folder, to be spoilt.</summary>
internal sealed class BagScene : IAsyncDisposable
{
    private readonly JagaHost _jaga;

    private BagScene(JagaHost jaga, string bag) => (_jaga, Bag) = (jaga, bag);

    public string Bag { get; }

    public string Name => Path.GetFileName(Bag);

    public VerifierKey Key => _jaga.LogKey();

    /// <summary>The record as it was sealed.</summary>
    public string Record { get; private set; } = "";

    public static async Task<BagScene> Make(int length = 3000)
    {
        var jaga = await JagaHost.Start(Store.Sqlite);
        var exhibit = await jaga.Seal(TimeSpan.FromDays(365), (await jaga.Keep(EvidenceSteps.Bytes(length))).Id);
        var bag = Path.Combine(jaga.Data, "bag");
        await jaga.Ask<ExportBag, bool>(async e =>
        {
            await e.Run(exhibit.Id, EvidenceSteps.Somebody, "asked", _ => new FolderBag(bag), default);
            return true;
        });
        var scene = new BagScene(jaga, bag);
        scene.Record = await File.ReadAllTextAsync(scene.At("data/record.json"));
        return scene;
    }

    public string At(string path) => Path.Combine(Bag, path);

    public List<string> Paths() => [.. Directory.GetFiles(Bag, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Bag, f)).Order(StringComparer.Ordinal)];

    public Task<BagReport> Verify() => VerifyBag.Run(Bag, [Key], default);

    /// <summary>Writes manifests that fit what is there, as a forger would.</summary>
    public async Task Rehash()
    {
        foreach (var prefix in new[] { "", "tag" })
        {
            foreach (var (algorithm, digest) in new (string, Func<byte[], byte[]>)[] { ("sha256", SHA256.HashData), ("sha512", SHA512.HashData) })
            {
                var files = Paths().Where(p => p.StartsWith("data/", StringComparison.Ordinal) == (prefix.Length == 0) && !p.StartsWith("tagmanifest", StringComparison.Ordinal));
                await File.WriteAllTextAsync(At($"{prefix}manifest-{algorithm}.txt"), string.Concat(files.Select(p => $"{Convert.ToHexStringLower(digest(File.ReadAllBytes(At(p))))}  {p}\n")));
            }
        }

        var (octets, count) = (Paths().Where(p => p.StartsWith("data/", StringComparison.Ordinal)).Sum(p => new FileInfo(At(p)).Length), Paths().Count(p => p.StartsWith("data/", StringComparison.Ordinal)));
        var info = (await File.ReadAllLinesAsync(At("bag-info.txt"))).Where(l => !l.StartsWith("Payload-Oxum", StringComparison.Ordinal)).Append($"Payload-Oxum: {octets}.{count}");
        if (!info.SequenceEqual(await File.ReadAllLinesAsync(At("bag-info.txt"))))
        {
            await File.WriteAllLinesAsync(At("bag-info.txt"), info);
            await Rehash();
        }
    }

    public ValueTask DisposeAsync() => _jaga.DisposeAsync();
}
