using System.Globalization;
using System.Text;

namespace Jaga.Evidence;

/// <summary>A bag being written (BagIt 1.0, RFC 8493): remembers the digests of its files for the manifests, which come last.</summary>
internal sealed class BagWriter(IBagTarget target, DateTimeOffset at)
{
    /// <summary>The tag files in the order in which they are written, after the payload.</summary>
    public static readonly string[] Tags = ["bagit.txt", "bag-info.txt", BagBlocks.Name, "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt"];

    private readonly List<(string Path, string Sha256, string Sha512)> _files = [];
    private readonly StringBuilder _blocks = new();
    private long _octets, _streams;

    /// <summary>Writes a file of known length, and gives its SHA-256.</summary>
    public async Task<string> Add(string path, Stream content, CancellationToken ct)
    {
        await using var digesting = new DigestingStream(content);
        await target.Add(path, digesting, at, ct);
        var (sha256, sha512, length, blocks) = digesting.Finish();
        _files.Add((path, sha256, sha512));
        BagBlocks.Write(_blocks, path, length, blocks);
        (_octets, _streams) = path.StartsWith("data/", StringComparison.Ordinal) ? (_octets + length, _streams + 1) : (_octets, _streams);
        return sha256;
    }

    /// <summary>Writes a text in UTF-8.</summary>
    public Task<string> Add(string path, string text, CancellationToken ct) => Add(path, new MemoryStream(Encoding.UTF8.GetBytes(text)), ct);

    /// <summary>Writes what every bag ends with: the declaration, what is told of the bag, and its manifests.</summary>
    /// <param name="id">The bag's own id outside.</param>
    public async Task Close(string organization, string id, string description, CancellationToken ct)
    {
        var payload = _files.ToList();
        var oxum = string.Create(CultureInfo.InvariantCulture, $"{_octets}.{_streams}");
        _files.Clear();
        var info = new (string Name, string Value)[]
        {
            ("Source-Organization", organization), ("External-Identifier", id), ("External-Description", description),
            ("Bagging-Date", at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("Bag-Software-Agent", $"Jaga {typeof(BagWriter).Assembly.GetName().Version?.ToString(3)}"), ("Payload-Oxum", oxum),
        };
        await Add(Tags[0], "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", ct);
        await Add(Tags[1], string.Concat(info.Where(i => i.Value.Length > 0).Select(i => $"{i.Name}: {i.Value}\n")), ct);
        await Add(Tags[2], _blocks.ToString(), ct);
        await Add(Tags[3], string.Concat(payload.Select(f => $"{f.Sha256}  {f.Path}\n")), ct);
        await Add(Tags[4], string.Concat(payload.Select(f => $"{f.Sha512}  {f.Path}\n")), ct);
        var tags = _files.ToList();
        await Add(Tags[5], string.Concat(tags.Select(f => $"{f.Sha256}  {f.Path}\n")), ct);
        await Add(Tags[6], string.Concat(tags.Select(f => $"{f.Sha512}  {f.Path}\n")), ct);
    }
}
