using System.Security.Cryptography;
using System.Text;

namespace Jaga.Evidence;

/// <summary>What was read of a bag: the digests of every file, and the text of those that must be understood. Paths are below the bag's own folder.</summary>
internal sealed class BagContent
{
    private const int MaxEntries = 1_000_000;
    private readonly Dictionary<string, string> _seen = [];
    private readonly List<string> _folders = [];
    private long _textBytes;

    /// <summary>A file: its length, its digests, and its bytes if they were kept.</summary>
    public sealed record File(long Length, byte[] Sha256, byte[] Sha512, byte[] Sha1, byte[] Md5, byte[]? Bytes, IReadOnlyList<byte[]> Blocks)
    {
        public string Digest(string algorithm) => Convert.ToHexStringLower(algorithm switch { "sha256" => Sha256, "sha512" => Sha512, "sha1" => Sha1, _ => Md5 });
    }

    public SortedDictionary<string, File> Files { get; private set; } = new(StringComparer.Ordinal);

    public long Bytes { get; private set; }

    /// <summary>Whether folders stand in it as entries of their own, as other tools write them.</summary>
    public bool HasFolders => _folders.Count > 0;

    /// <summary>The text of a file that was kept, or null where there is none.</summary>
    public string? Text(string path) => Files.TryGetValue(path, out var file) && file.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Takes an entry in, and says what is wrong with it as an entry.</summary>
    public async Task<BagFault?> Add(BagEntry entry, CancellationToken ct)
    {
        var path = entry.Kind is BagEntryKind.Folder ? entry.Path.TrimEnd('/') : entry.Path;
        if (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        if (entry.Kind is BagEntryKind.Folder)
        {
            _folders.Add(path);
        }

        if (Wrong(path, entry.Kind) is { } sentence)
        {
            return new(Printable(path), null, sentence);
        }

        if (entry.Kind is BagEntryKind.File)
        {
            var file = await Read(path, entry.Content, entry.Length, ct);
            Files.Add(path, file);
            Bytes += file.Length;
        }

        return _textBytes > VerifyBag.MaxTextBytes ? new(path, null, "The manifests and proofs of this bag are longer than any bag's of ours.") : null;
    }

    /// <summary>Takes the bag's own folder off every path: the one that holds <c>bagit.txt</c>, and everything else.</summary>
    public BagFault? Unpack()
    {
        var declaration = Files.Keys.Where(p => p.Split('/') is ["bagit.txt"] or [_, "bagit.txt"]).MinBy(p => p.Length);
        if (declaration is null)
        {
            return new("bagit.txt", null, "There is no bagit.txt: this is not a bag.");
        }

        var folder = declaration[..^"bagit.txt".Length];
        if (Files.Keys.FirstOrDefault(p => !p.StartsWith(folder, StringComparison.Ordinal)) is { } outside)
        {
            return new(outside, null, $"{outside} lies outside the bag {folder}.");
        }

        Files = new(Files.ToDictionary(f => f.Key[folder.Length..], f => f.Value), StringComparer.Ordinal);
        return null;
    }

    private string? Wrong(string path, BagEntryKind kind)
    {
        if (path.Any(c => c is '\r' or '\n'))
        {
            return $"The name {Printable(path)} holds a line end. It is refused: the manifests could be read in two ways.";
        }

        var parts = path.Split('/');
        if (path.Length == 0 || path.StartsWith('/') || path.Contains('\\', StringComparison.Ordinal) || path.Any(char.IsControl) || parts.Any(p => p is "" or "." or ".." || p.StartsWith('~')) || (parts[0].Length == 2 && parts[0][1] == ':'))
        {
            return "This path could lead out of the bag. It is refused.";
        }

        if (kind is BagEntryKind.Strange)
        {
            return $"{path} is a link or a special file. It is refused.";
        }

        // Two names that some file systems take for one would overwrite each other when unpacked.
        if (!_seen.TryAdd(path.Normalize(NormalizationForm.FormC).ToUpperInvariant(), path) && kind is BagEntryKind.File)
        {
            return $"{path} and {_seen[path.Normalize(NormalizationForm.FormC).ToUpperInvariant()]} are the same name on some file systems.";
        }

        return _seen.Count > MaxEntries ? $"The bag has more than {MaxEntries} entries." : null;
    }

    private async Task<File> Read(string path, Stream content, long expected, CancellationToken ct)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var blocks = new BlockDigests(expected);
        var keep = IsText(path) ? new MemoryStream() : null;
        var (buffer, length) = (new byte[1 << 16], 0L);
        for (int read; (read = await content.ReadAsync(buffer, ct)) > 0; length += read)
        {
            sha256.AppendData(buffer, 0, read);
            sha512.AppendData(buffer, 0, read);
            sha1.AppendData(buffer, 0, read);
            md5.AppendData(buffer, 0, read);
            blocks.Append(buffer.AsSpan(0, read));
            if (keep is not null && (_textBytes += read) <= VerifyBag.MaxTextBytes)
            {
                keep.Write(buffer, 0, read);
            }
        }

        return new(length, sha256.GetHashAndReset(), sha512.GetHashAndReset(), sha1.GetHashAndReset(), md5.GetHashAndReset(), keep?.ToArray(), blocks.Finish());
    }

    // Everything but the payload, and of the payload what tells about the rest: of the whole, and of the parts below data/exhibits/ID.
    private static bool IsText(string path)
    {
        var parts = path.Split('/');
        var data = Array.IndexOf(parts, "data");
        if (data is < 0 or > 1)
        {
            return true;
        }

        var below = parts[(data + 1)..];
        below = below is ["exhibits", _, .. var part] ? part : below;
        return below is ["exhibit.json"] or ["custody", _];
    }

    private static string Printable(string path) => string.Concat(path.Select(c => char.IsControl(c) ? '?' : c));
}
