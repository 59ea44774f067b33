using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// The part of a bag's verification that only a bag of Jaga's has: the files are those of the sealed list, the line that sealed the list is in the audit log,
/// and every custody line is proven by the bag's own checkpoint, whose signature is checked with keys known from elsewhere.
/// </summary>
internal static class Custody
{
    private const string Root = "data/", Checkpoint = "custody/checkpoint";

    public static (BagFault? Fault, int Lines, bool Signed) Check(BagContent bag, IReadOnlyList<VerifierKey> keys)
    {
        if (bag.Text($"{Root}exhibit.json") is null)
        {
            // Whoever gives a key wants to know that the log knows of it: a bag without custody does not say so, whoever took it away.
            return (keys.Count == 0 ? null : new($"{Root}exhibit.json", null, "The bag holds no sealed list and no custody, so that no signature could be checked: nothing says that Jaga sealed this, or it was taken away."), 0, false);
        }

        var (proven, at) = (0, Root);
        try
        {
            // The whole, and then each of its parts, all by the same rules.
            var folders = new Queue<(string Folder, string? Digest)>([(Root, null)]);
            while (folders.TryDequeue(out var next))
            {
                at = next.Folder;
                if (bag.Text($"{at}exhibit.json") is not { } text)
                {
                    return (new($"{at}exhibit.json", null, $"{at}exhibit.json is a part of what was sealed, and is not in the bag."), 0, false);
                }

                var list = JsonSerializer.Deserialize<ExhibitList>(text, Json.Options)!;
                var lines = (bag.Text($"{at}custody/lines.jsonl") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
                if ((Digest(bag, at, next.Digest) ?? Files(bag, at, list) ?? Proofs(bag, at, lines) ?? Sealing(bag, at, list, lines) ?? Signature(bag, at, keys)) is { } fault)
                {
                    return (fault, 0, false);
                }

                proven += lines.Length;
                foreach (var part in at == Root ? list.Parts ?? [] : [])
                {
                    folders.Enqueue((ExhibitBag.FolderOf(part.Exhibit), part.Digest));
                }
            }

            return (null, proven, keys.Count > 0);
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return (new($"{at}exhibit.json", null, $"The sealed list or the custody in {at} cannot be read: {unreadable.Message}"), 0, false);
        }
    }

    private static BagFault? Digest(BagContent bag, string folder, string? expected) =>
        expected is null || bag.Files[$"{folder}exhibit.json"].Digest("sha256") == expected ? null : new($"{folder}exhibit.json", null, $"{folder}exhibit.json is not the list of the part that was sealed with the whole.");

    private static BagFault? Files(BagContent bag, string folder, ExhibitList list)
    {
        foreach (var file in list.Files)
        {
            var path = folder + file.Name;
            if (!bag.Files.TryGetValue(path, out var found))
            {
                return new(path, null, $"{path} was sealed, and is not in the bag.");
            }

            if (found.Length != file.Length || found.Digest("sha256") != file.Sha256)
            {
                return new(path, found.Length == file.Length ? null : Math.Min(found.Length, file.Length), $"{path} is not what was sealed: it has {found.Length} bytes with another digest, instead of {file.Length}.");
            }
        }

        var ours = list.Files.Select(f => folder + f.Name).Append($"{folder}exhibit.json").ToHashSet();
        var elsewhere = (list.Parts ?? []).Select(p => ExhibitBag.FolderOf(p.Exhibit)).Append($"{folder}custody/").ToList();
        return bag.Files.Keys.Where(p => p.StartsWith(folder, StringComparison.Ordinal) && !ours.Contains(p) && !elsewhere.Exists(e => p.StartsWith(e, StringComparison.Ordinal)))
            .Select(p => new BagFault(p, null, $"{p} was not sealed.")).FirstOrDefault();
    }

    private static BagFault? Proofs(BagContent bag, string folder, string[] lines)
    {
        var checkpoint = bag.Text(folder + Checkpoint);
        var known = new HashSet<string>([$"{folder}custody/lines.jsonl", folder + Checkpoint, $"{folder}custody/verifier"]);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var seq = json.RootElement.GetProperty("seq").GetInt64();
            var path = string.Create(CultureInfo.InvariantCulture, $"{folder}custody/{seq}.tlog-proof");
            known.Add(path);
            if (bag.Text(path) is not { } file)
            {
                return new(path, null, $"The proof of a custody line, {path}, is missing.");
            }

            if (!Proves(file, line, seq, checkpoint))
            {
                return new(path, null, $"The custody line {seq} is not in the audit log of the bag's checkpoint: the line, its proof or the checkpoint was altered.");
            }
        }

        return bag.Files.Keys.Where(p => p.StartsWith($"{folder}custody/", StringComparison.Ordinal) && !known.Contains(p)).Select(p => new BagFault(p, null, $"{p} belongs to no custody line.")).FirstOrDefault();
    }

    private static bool Proves(string file, string line, long seq, string? checkpoint)
    {
        try
        {
            var proof = InclusionProof.FromFile(file, line);
            return proof.Seq == seq && proof.Checkpoint == checkpoint && proof.Holds();
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static BagFault? Sealing(BagContent bag, string folder, ExhibitList list, string[] lines)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(bag.Files[$"{folder}exhibit.json"].Bytes!));
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var (root, subject) = (json.RootElement, json.RootElement.GetProperty("subject"));
            if (root.GetProperty("action").ValueEquals("exhibit.sealed") && subject.GetProperty("kind").ValueEquals("exhibit") && subject.GetProperty("id").ValueEquals(list.Exhibit.ToString()))
            {
                using var details = JsonDocument.Parse(root.GetProperty("details").GetString()!);
                return details.RootElement.GetProperty("digest").ValueEquals(digest) ? null : new($"{folder}exhibit.json", null, $"{folder}exhibit.json is not the list that the audit log says was sealed.");
            }
        }

        return new($"{folder}custody/lines.jsonl", null, "The line that sealed this exhibit is not among the custody lines.");
    }

    private static BagFault? Signature(BagContent bag, string folder, IReadOnlyList<VerifierKey> keys)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var note = SignedNote.Parse(bag.Text(folder + Checkpoint) ?? "");
        var verdicts = keys.Select(note.SignedBy).ToList();
        return verdicts.Contains(true) && !verdicts.Contains(false) ? null : new(folder + Checkpoint, null, "The checkpoint is not rightly signed by a key that was given.");
    }
}
