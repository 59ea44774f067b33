using System.Globalization;
using System.Text;

namespace Jaga.Evidence;

/// <summary>The first thing wrong with a bag: the file, by its path in the bag, and a sentence; and where in the file, as far as that can be known.</summary>
public sealed record BagFault(string Path, long? Offset, string Sentence);

/// <summary>
/// What a verification found. <paramref name="Lines"/> custody lines were proven against a checkpoint: with none, the files fit their manifests, and nothing says whose they are.
/// <paramref name="SignatureChecked"/> says whether the checkpoint's signature was checked with a key that was given.
/// </summary>
public sealed record BagReport(int Files, long Bytes, int Lines, bool SignatureChecked, BagFault? Fault);

/// <summary>
/// Verifies a bag with nothing but the bag: no server, no database, no network. A bag from anybody is read safely: nothing is unpacked, no link followed,
/// nothing fetched. Every file must be listed, every listed file must be there and have every digest that any manifest gives it; and in a bag of Jaga's the
/// list that was sealed, its digest in the audit log, and the proof of every custody line must agree.
/// </summary>
public static class VerifyBag
{
    /// <summary>The most that is read of manifests, proofs and other files that must be understood, together: 256 MiB.</summary>
    public const long MaxTextBytes = 256L * 1024 * 1024;

    /// <summary>Verifies the bag in a folder, a <c>.tar</c> or a <c>.zip</c>.</summary>
    /// <param name="keys">Verifier keys of the audit log, as known from elsewhere. With one or more, missing custody is a fault; with none, signatures are not checked.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static async Task<BagReport> Run(string bag, IReadOnlyList<Audit.VerifierKey> keys, CancellationToken ct)
    {
        var read = new BagContent();
        try
        {
            await foreach (var entry in BagFiles.In(bag, ct))
            {
                if (await read.Add(entry, ct) is { } strange)
                {
                    return new(read.Files.Count, read.Bytes, 0, false, strange);
                }
            }
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return new(read.Files.Count, read.Bytes, 0, false, new(Path.GetFileName(bag), null, $"The archive cannot be read past its entry number {read.Files.Count}: {unreadable.Message}"));
        }

        var (lines, signed) = (0, false);
        var fault = read.Unpack() ?? Manifests(read);
        if (fault is null)
        {
            (fault, lines, signed) = Custody.Check(read, keys);
        }

        if (fault is null && lines > 0)
        {
            fault = BagSpot.Written(read);
        }

        if (fault is null && lines > 0 && File.Exists(bag) && !Path.GetExtension(bag).Equals(".zip", StringComparison.OrdinalIgnoreCase))
        {
            fault = await BagArchive.Check(bag, read, ct);
        }

        return new(read.Files.Count, read.Bytes, lines, signed, fault);
    }

    private static BagFault? Manifests(BagContent bag)
    {
        if (bag.Text("bagit.txt") is not { } declaration || !IsDeclaration(declaration))
        {
            return new("bagit.txt", 0, "bagit.txt does not declare BagIt 1.0 (or 0.97) in UTF-8: it is missing or altered.");
        }

        if (bag.Files.ContainsKey("fetch.txt"))
        {
            return new("fetch.txt", null, "The bag wants parts of it to be fetched from elsewhere. That is refused.");
        }

        var payload = bag.Files.Keys.Where(p => p.StartsWith("data/", StringComparison.Ordinal)).ToHashSet();
        var manifests = bag.Files.Keys.Where(p => BagManifest.IsOne(p, "manifest-")).Order(StringComparer.Ordinal).ToList();
        var tagManifests = bag.Files.Keys.Where(p => BagManifest.IsOne(p, "tagmanifest-")).Order(StringComparer.Ordinal).ToList();
        var tags = bag.Files.Keys.Where(p => !payload.Contains(p)).Except(tagManifests).ToHashSet();
        if (!manifests.Exists(m => m is "manifest-sha256.txt" or "manifest-sha512.txt"))
        {
            return new("manifest-sha256.txt", null, "No manifest by SHA-256 or SHA-512 is there.");
        }

        // Tag manifests first: when a manifest itself was altered, it is the manifest that must be named, not the files in it.
        return Listed(bag, tagManifests, tags) ?? Listed(bag, manifests, payload, complete: true) ?? Oxum(bag, payload);
    }

    private static bool IsDeclaration(string text) =>
        text.TrimStart('\ufeff').Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is ["BagIt-Version: 1.0" or "BagIt-Version: 0.97", "Tag-File-Character-Encoding: UTF-8"];

    // What the manifests of one kind say about the files that they may name. With complete, each of them must name all; else all of them together.
    private static BagFault? Listed(BagContent bag, List<string> names, HashSet<string> files, bool complete = false)
    {
        var manifests = new List<BagManifest>();
        foreach (var name in names)
        {
            var (manifest, unreadable) = BagManifest.Read(name, bag.Text(name)!);
            if (unreadable is not null)
            {
                return unreadable;
            }

            manifests.Add(manifest!);
        }

        var faults = manifests.SelectMany(m => m.Lines.Select(line => Line(bag, manifests, m, line.Key, files))).OfType<BagFault>().ToList();
        foreach (var manifest in complete ? manifests : [])
        {
            faults.AddRange(files.Where(f => !manifest.Lines.ContainsKey(f)).Select(f => new BagFault(f, null, $"{f} is in the bag, and is not listed in {manifest.Name}.")));
        }

        if (!complete && manifests.Count > 0)
        {
            faults.AddRange(files.Where(f => !manifests.Exists(m => m.Lines.ContainsKey(f))).Select(f => new BagFault(f, null, $"{f} is in the bag, and no tag manifest lists it.")));
        }

        return faults.OrderBy(f => f.Path, StringComparer.Ordinal).FirstOrDefault();
    }

    private static BagFault? Line(BagContent bag, List<BagManifest> all, BagManifest manifest, string path, HashSet<string> files)
    {
        if (!files.Contains(path))
        {
            return new(path, null, $"{path} is listed in {manifest.Name}, and is not in the bag.");
        }

        if (manifest.Agrees(path, bag.Files[path]))
        {
            return null;
        }

        // Where another manifest has the file's true digest, the file is as it was, and this manifest is not.
        var (offset, other) = (manifest.Lines[path].Offset, all.Find(m => m != manifest && m.Lines.ContainsKey(path) && m.Agrees(path, bag.Files[path])));
        return other is null
            ? Altered(bag, manifest, path)
            : new(manifest.Name, offset, $"{manifest.Name} was altered: it gives {path} another digest than {other.Name} does, which is the file's own.");
    }

    private static BagFault Altered(BagContent bag, BagManifest manifest, string path) => BagSpot.Of(bag, path) is var (from, to)
        ? new(path, from, $"{path} was altered between its bytes {from} and {to}: its {manifest.Algorithm} is not the one in {manifest.Name}.")
        : new(path, null, $"{path} was altered: its {manifest.Algorithm} is not the one in {manifest.Name}.");

    private static BagFault? Oxum(BagContent bag, HashSet<string> payload)
    {
        var given = bag.Text("bag-info.txt")?.Split('\n').FirstOrDefault(l => l.StartsWith("Payload-Oxum:", StringComparison.OrdinalIgnoreCase))?[13..].Trim();
        var found = string.Create(CultureInfo.InvariantCulture, $"{payload.Sum(p => bag.Files[p].Length)}.{payload.Count}");
        return given is null || given == found ? null : new("bag-info.txt", null, $"bag-info.txt says {given} bytes and files of payload; {found} are there.");
    }
}

/// <summary>A manifest as read: for each path the digest that it gives, and the byte at which that line begins.</summary>
internal sealed record BagManifest(string Name, string Algorithm, Dictionary<string, (string Digest, long Offset)> Lines)
{
    public static bool IsOne(string path, string kind) => path.StartsWith(kind, StringComparison.Ordinal) && path.EndsWith(".txt", StringComparison.Ordinal) && !path.Contains('/', StringComparison.Ordinal);

    public bool Agrees(string path, BagContent.File file) => string.Equals(file.Digest(Algorithm), Lines[path].Digest, StringComparison.OrdinalIgnoreCase);

    public static (BagManifest? Manifest, BagFault? Fault) Read(string name, string text)
    {
        var manifest = new BagManifest(name, Path.GetFileNameWithoutExtension(name).Split('-', 2)[1], []);
        if (manifest.Algorithm is not ("sha256" or "sha512" or "sha1" or "md5"))
        {
            return (null, new(name, null, $"The algorithm of {name} is not known here."));
        }

        var offset = 0L;
        foreach (var line in text.Split('\n'))
        {
            var at = offset;
            offset += Encoding.UTF8.GetByteCount(line) + 1;
            if (line.Length == 0)
            {
                continue;
            }

            if (line.TrimEnd('\r').Any(c => char.IsControl(c) && c != '\t') || line.TrimEnd('\r').Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is not [var digest, var path])
            {
                return (null, new(name, at, $"The line at byte {at} of {name} is not a digest and a path."));
            }

            if (!manifest.Lines.TryAdd(Decoded(path.TrimStart('*')), (digest, at)))
            {
                return (null, new(name, at, $"{name} lists {path} twice."));
            }
        }

        return (manifest, null);
    }

    // RFC 8493, 2.1.3: only line ends and the percent sign itself are encoded.
    private static string Decoded(string path) =>
        path.Replace("%0A", "\n", StringComparison.OrdinalIgnoreCase).Replace("%0D", "\r", StringComparison.OrdinalIgnoreCase).Replace("%25", "%", StringComparison.Ordinal);
}
