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
    private const string List = "data/exhibit.json", Lines = "data/custody/lines.jsonl", Note = "data/custody/checkpoint";

    public static (BagFault? Fault, int Lines, bool Signed) Check(BagContent bag, IReadOnlyList<VerifierKey> keys)
    {
        if (bag.Text(List) is not { } text)
        {
            return (null, 0, false);
        }

        try
        {
            var list = JsonSerializer.Deserialize<ExhibitList>(text, Json.Options)!;
            var lines = (bag.Text(Lines) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var fault = Files(bag, list) ?? Proofs(bag, lines) ?? Sealing(bag, list, lines) ?? Signature(bag, keys);
            return (fault, fault is null ? lines.Length : 0, fault is null && keys.Count > 0);
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return (new(List, null, $"The sealed list or the custody cannot be read: {unreadable.Message}"), 0, false);
        }
    }

    private static BagFault? Files(BagContent bag, ExhibitList list)
    {
        foreach (var file in list.Files)
        {
            var path = $"data/{file.Name}";
            if (!bag.Files.TryGetValue(path, out var found))
            {
                return new(path, null, $"{path} was sealed, and is not in the bag.");
            }

            if (found.Length != file.Length || found.Digest("sha256") != file.Sha256)
            {
                return new(path, found.Length == file.Length ? null : Math.Min(found.Length, file.Length), $"{path} is not what was sealed: it has {found.Length} bytes with another digest, instead of {file.Length}.");
            }
        }

        var ours = list.Files.Select(f => $"data/{f.Name}").Append(List).ToHashSet();
        return bag.Files.Keys.Where(p => p.StartsWith("data/", StringComparison.Ordinal) && !p.StartsWith("data/custody/", StringComparison.Ordinal) && !ours.Contains(p))
            .Select(p => new BagFault(p, null, $"{p} was not sealed.")).FirstOrDefault();
    }

    private static BagFault? Proofs(BagContent bag, string[] lines)
    {
        var checkpoint = bag.Text(Note);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var path = string.Create(CultureInfo.InvariantCulture, $"data/custody/{json.RootElement.GetProperty("seq").GetInt64()}.tlog-proof");
            if (bag.Text(path) is not { } file)
            {
                return new(path, null, $"The proof of a custody line, {path}, is missing.");
            }

            var proof = InclusionProof.FromFile(file, line);
            if (proof.Seq != json.RootElement.GetProperty("seq").GetInt64() || proof.Checkpoint != checkpoint || !proof.Holds())
            {
                return new(path, null, $"The custody line {proof.Seq} is not in the audit log of the bag's checkpoint: the line, its proof or the checkpoint was altered.");
            }
        }

        return null;
    }

    private static BagFault? Sealing(BagContent bag, ExhibitList list, string[] lines)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(bag.Files[List].Bytes!));
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var (root, subject) = (json.RootElement, json.RootElement.GetProperty("subject"));
            if (root.GetProperty("action").ValueEquals("exhibit.sealed") && subject.GetProperty("kind").ValueEquals("exhibit") && subject.GetProperty("id").ValueEquals(list.Exhibit.ToString()))
            {
                using var details = JsonDocument.Parse(root.GetProperty("details").GetString()!);
                return details.RootElement.GetProperty("digest").ValueEquals(digest) ? null : new(List, null, $"{List} is not the list that the audit log says was sealed.");
            }
        }

        return new(Lines, null, "The line that sealed this exhibit is not among the custody lines.");
    }

    private static BagFault? Signature(BagContent bag, IReadOnlyList<VerifierKey> keys)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var note = SignedNote.Parse(bag.Text(Note) ?? "");
        var verdicts = keys.Select(note.SignedBy).ToList();
        return verdicts.Contains(true) && !verdicts.Contains(false) ? null : new(Note, null, "The checkpoint is not rightly signed by a key that was given.");
    }
}
