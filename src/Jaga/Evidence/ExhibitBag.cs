using System.Globalization;
using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// Writes one exhibit below a folder of a bag: <c>exhibit.json</c> (the sealed list), its files, and <c>custody/</c> with every line about them, the proof of each, and the checkpoint.
/// </summary>
public sealed class ExhibitBag(Db db, VaultFiles files, ReadProof proofs, ICheckpointSigner signer)
{
    private const int MostLines = 10_000;

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
    internal async Task Write(BagWriter bag, string folder, Exhibit exhibit, IReadOnlyList<Subject> also, CancellationToken ct)
    {
        var list = exhibit.Read();
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

        var lines = await ReadExhibits.Custody(db, exhibit, list, ct);
        var custody = await proofs.Inclusions([.. lines.Concat(await About(also, ct)).DistinctBy(l => l.Seq).OrderBy(l => l.Seq)], ct);
        await bag.Add($"{folder}custody/lines.jsonl", string.Concat(custody.Select(c => c.Line + "\n")), ct);
        foreach (var proof in custody)
        {
            await bag.Add(string.Create(CultureInfo.InvariantCulture, $"{folder}custody/{proof.Seq}.tlog-proof"), proof.ToFile(withLine: true), ct);
        }

        await bag.Add($"{folder}custody/checkpoint", custody[0].Checkpoint, ct);
        await bag.Add($"{folder}custody/verifier", signer.Verifier + "\n", ct);
    }

    /// <summary>The lines about these subjects, oldest first.</summary>
    internal async Task<List<AuditLine>> About(IEnumerable<Subject> subjects, CancellationToken ct)
    {
        var lines = new List<AuditLine>();
        foreach (var (kind, id) in subjects.Distinct())
        {
            lines.AddRange(await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == kind && l.Subject.Id == id).OrderBy(l => l.Seq).Take(MostLines).ToListAsync(ct));
        }

        return lines;
    }
}
