using System.Globalization;
using System.Text.Json;
using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// Writes one exhibit below a folder of a bag: <c>exhibit.json</c> (the sealed list), its files, and <c>custody/</c> with the lines about them that its receiver may know (<see cref="Lines"/>),
/// the proof of each, and the checkpoint.
/// </summary>
public sealed class ExhibitBag(Db db, VaultFiles files, ReadProof proofs, ICheckpointSigner signer, IEnumerable<CustodyWords> rooms)
{
    /// <summary>That evidence was opened. It goes along only where the reason is <see cref="Looked"/>: any other may name somebody else who gets it.</summary>
    public const string Opened = "evidence.opened";

    /// <summary>Why a person opens evidence in order to decide about it.</summary>
    public const string Looked = "reveal";

    /// <summary>That an exhibit left the house. Only the bag's own goes along.</summary>
    public const string Exported = "exhibit.exported";

    /// <summary>The most lines of the audit log in one folder of a bag, each with a proof of its own.</summary>
    public const int MostLines = 10_000;

    private readonly List<string> _words = [.. rooms.SelectMany(r => r.Actions)];

    /// <summary>Where an exhibit stands that is part of another one's bag.</summary>
    internal static string FolderOf(Id<Exhibit> part) => $"data/exhibits/{part}/";

    /// <summary>The files of the vault that it needs. Looked at before the first byte is written, while the answer can still be a sentence.</summary>
    /// <exception cref="RuleBroken">Some of it was destroyed when its time was over.</exception>
    /// <exception cref="EvidenceAltered">Some of it is gone.</exception>
    internal async Task<Dictionary<Id<VaultObject>, VaultBlob>> Blobs(ExhibitList list, CancellationToken ct)
    {
        var found = new Dictionary<Id<VaultObject>, VaultBlob>();
        foreach (var file in list.Files)
        {
            var blob = await db.VaultBlobs.AsNoTracking().SingleOrDefaultAsync(b => db.VaultObjects.Any(o => o.Id == file.Evidence && o.BlobId == b.Id), ct)
                ?? throw new RuleBroken($"{file.Name} of this exhibit was destroyed when its time was over.");
            found[file.Evidence] = await files.IsThere(blob, ct) ? blob : throw new EvidenceAltered($"{file.Name} of the exhibit is missing in the vault or cut short.");
        }

        return found;
    }

    /// <summary>Writes it.</summary>
    /// <param name="folder"><c>data/</c>, or <see cref="FolderOf"/>.</param>
    /// <param name="also">Whose lines of the audit log belong to its custody besides its own.</param>
    /// <param name="handing">The package or the export by which it leaves.</param>
    /// <exception cref="RuleBroken">Its custody is longer than a bag can show; nothing was written.</exception>
    internal async Task Write(BagWriter bag, string folder, Exhibit exhibit, IReadOnlyList<Subject> also, string handing, CancellationToken ct)
    {
        var list = exhibit.Read();
        var lines = await Lines([exhibit], also, handing, ct);
        var blobs = await Blobs(list, ct);
        await bag.Add($"{folder}exhibit.json", exhibit.List, ct);
        foreach (var file in list.Files)
        {
            await using var content = await files.Open(blobs[file.Evidence], ct);
            if (await bag.Add($"{folder}{file.Name}", content, ct) != file.Sha256)
            {
                throw new EvidenceAltered($"{file.Name} of the exhibit is not what was sealed.");
            }
        }

        var custody = await proofs.Inclusions(lines, ct);
        await bag.Add($"{folder}custody/lines.jsonl", string.Concat(custody.Select(c => c.Line + "\n")), ct);
        foreach (var proof in custody)
        {
            await bag.Add(string.Create(CultureInfo.InvariantCulture, $"{folder}custody/{proof.Seq}.tlog-proof"), proof.ToFile(withLine: true), ct);
        }

        await bag.Add($"{folder}custody/checkpoint", custody[0].Checkpoint, ct);
        await bag.Add($"{folder}custody/verifier", signer.Verifier + "\n", ct);
    }

    /// <summary>
    /// What a receiver of these exhibits may know of how they came to be and what was done with them, oldest first: the acts that rooms name as custody (<see cref="CustodyWords"/>), about the exhibits,
    /// their evidence and <paramref name="also"/>. Of all the times that they left the house only <paramref name="handing"/>, so that no receiver learns of another.
    /// </summary>
    /// <exception cref="RuleBroken">There are more than <see cref="MostLines"/>: custody is shown whole or not at all.</exception>
    internal async Task<List<AuditLine>> Lines(IEnumerable<Exhibit> exhibits, IEnumerable<Subject> also, string handing, CancellationToken ct)
    {
        var about = exhibits.SelectMany(e => e.Read().Files.Select(f => Subject.Of("evidence", f.Evidence)).Append(e.Subject)).Concat(also).Distinct();
        var found = new Dictionary<long, AuditLine>();
        foreach (var (kind, ids) in about.GroupBy(s => s.Kind).SelectMany(g => g.Select(s => s.Id).Chunk(200).Select(ids => (g.Key, ids))))
        {
            foreach (var line in await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == kind && ids.Contains(l.Subject.Id) && _words.Contains(l.Action)).OrderBy(l => l.Seq).Take(MostLines + 1).ToListAsync(ct))
            {
                found[line.Seq] = line;
            }

            if (found.Count > MostLines)
            {
                throw new RuleBroken($"More than {MostLines:N0} lines of the audit log belong to this evidence: too many for one bag, and custody is not cut. Hand it over in smaller parts.");
            }
        }

        return [.. found.Values.Where(l => l.Action switch { Opened => l.Why == Looked, Exported => IsBy(l, handing), _ => true }).OrderBy(l => l.Seq)];
    }

    private static bool IsBy(AuditLine line, string handing)
    {
        using var details = JsonDocument.Parse(line.Details);
        return (details.RootElement.TryGetProperty("package", out var by) || details.RootElement.TryGetProperty("export", out by)) && by.ValueEquals(handing);
    }
}
