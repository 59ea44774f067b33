using System.Globalization;
using System.Text;
using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// Exports an exhibit as a bag (BagIt 1.0, RFC 8493) that anybody can check with <c>sha256sum</c> alone, and with <c>jaga evidence verify</c> down to the audit log:
/// <c>data/exhibit.json</c> (the sealed list), <c>data/record.json</c>, <c>data/objects/…</c>, and <c>data/custody/</c> with every line about them, the proof of each, and the checkpoint.
/// </summary>
public sealed class ExportBag(Db db, VaultFiles files, AuditLog audit, ReadProof proofs, ICheckpointSigner signer, EvidenceSettings settings, TimeProvider clock)
{
    private const int MaxReason = 500;

    /// <param name="Reason">Why it leaves, and to whom.</param>
    public sealed record Request(string Reason);

    /// <summary>Writes the bag. The line that says who took it and why is committed first, and is in the bag.</summary>
    /// <exception cref="NotFound">There is no such exhibit.</exception>
    /// <exception cref="RuleBroken">Some of it was destroyed when its time was over.</exception>
    /// <exception cref="EvidenceAltered">Something of it is gone or is not what was sealed; the bag is then incomplete and does not verify.</exception>
    public async Task Run(Id<Exhibit> id, Actor actor, string reason, Func<string, IBagTarget> target, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason)
        {
            throw new BadInput("reason", $"A bag is exported for a reason of at most {MaxReason} characters, and the reason is recorded.");
        }

        var exhibit = await db.Exhibits.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exhibit");
        var list = exhibit.Read();
        var blobs = await Blobs(list, ct);

        // Each export is an act of its own, whatever key the caller repeats.
        db.Write = null;
        await using (var transaction = await db.Begin(ct))
        {
            var second = await Second(id, actor, ct);
            audit.Record(actor, "exhibit.exported", exhibit.Subject, reason, new { exhibit.Digest, second });
            await transaction.Commit(ct);
        }

        await Write(exhibit, list, blobs, new(target($"exhibit-{id}"), clock.GetUtcNow()), ct);
    }

    private async Task Write(Exhibit exhibit, ExhibitList list, Dictionary<Id<VaultObject>, VaultBlob> blobs, Bag bag, CancellationToken ct)
    {
        await bag.Add("data/exhibit.json", exhibit.List, ct);
        foreach (var file in list.Files)
        {
            await using var content = await files.Open(blobs[file.Evidence], ct);
            if (await bag.Add($"data/{file.Name}", content, ct) != file.Sha256)
            {
                throw new EvidenceAltered($"{file.Name} of the exhibit is not what was sealed.");
            }
        }

        var custody = await proofs.Inclusions(await ReadExhibits.Custody(db, exhibit, list, ct), ct);
        await bag.Add("data/custody/lines.jsonl", string.Concat(custody.Select(c => c.Line + "\n")), ct);
        foreach (var proof in custody)
        {
            await bag.Add(string.Create(CultureInfo.InvariantCulture, $"data/custody/{proof.Seq}.tlog-proof"), proof.ToFile(), ct);
        }

        await bag.Add("data/custody/checkpoint", custody[0].Checkpoint, ct);
        await bag.Add("data/custody/verifier", signer.Verifier + "\n", ct);
        await bag.Close(new()
        {
            ["Source-Organization"] = settings.Organization,
            ["External-Identifier"] = exhibit.Id.ToString(),
            ["External-Description"] = $"Sealed evidence about {exhibit.About}, digest {exhibit.Digest}",
            ["Bagging-Date"] = clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["Bag-Software-Agent"] = $"Jaga {typeof(ExportBag).Assembly.GetName().Version?.ToString(3)}",
        }, ct);
    }

    // Who else allowed it, where the policy wants two persons; that word is then used up.
    private async Task<string?> Second(Id<Exhibit> id, Actor actor, CancellationToken ct)
    {
        if (!settings.TwoPersons)
        {
            return null;
        }

        var (me, now) = (actor.ToString(), clock.GetUtcNow());
        var since = now - ExportRelease.Serves;
        var release = await db.ExportReleases.Where(r => r.ExhibitId == id && r.AskedBy == me && r.UsedAt == null && r.AllowedAt > since).OrderBy(r => r.Id).FirstOrDefaultAsync(ct)
            ?? throw new RuleBroken("An export needs two persons here: ask for it, and have somebody else allow it.");
        release.Use(now);
        audit.Record(actor, "export.used", release.Subject, release.Reason);
        return release.AllowedBy;
    }

    // Looked at before the first byte is sent, while the answer can still be a sentence.
    private async Task<Dictionary<Id<VaultObject>, VaultBlob>> Blobs(ExhibitList list, CancellationToken ct)
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

    /// <summary><c>POST /evidence/exhibits/{id}/bag</c>: the bag as a tar file.</summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/exhibits/{id}/bag", async (Id<Exhibit> id, Request request, ExportBag export, Actor actor, HttpContext http, CancellationToken ct) =>
    {
        TarBag? tar = null;
        try
        {
            await export.Run(id, actor, request.Reason, name =>
            {
                http.Response.ContentType = "application/x-tar";
                http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.tar\"";
                return tar = new(http.Response.Body, name);
            }, ct);
            await tar!.DisposeAsync();
        }
        catch when (http.Response.HasStarted)
        {
            // Cut off, so that nobody takes half a bag for a whole one.
            http.Abort();
            throw;
        }
        catch (EvidenceAltered altered)
        {
            throw new RuleBroken(altered.Message);
        }
    }).Requires(Permission.ExportEvidence).WithSummary("Export an exhibit as a bag (BagIt 1.0, tar), for a recorded reason.");

    /// <summary>A bag being written: remembers the digests of its files for the manifests, which come last.</summary>
    private sealed class Bag(IBagTarget target, DateTimeOffset at)
    {
        private readonly List<(string Path, string Sha256, string Sha512)> _files = [];
        private readonly StringBuilder _blocks = new();
        private long _octets, _streams;

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

        public Task<string> Add(string path, string text, CancellationToken ct) => Add(path, new MemoryStream(Encoding.UTF8.GetBytes(text)), ct);

        public async Task Close(Dictionary<string, string> info, CancellationToken ct)
        {
            info["Payload-Oxum"] = string.Create(CultureInfo.InvariantCulture, $"{_octets}.{_streams}");
            var payload = _files.ToList();
            _files.Clear();
            await Add("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", ct);
            await Add(BagBlocks.Name, _blocks.ToString(), ct);
            await Add("bag-info.txt", string.Concat(info.Where(i => i.Value.Length > 0).Select(i => $"{i.Key}: {i.Value}\n")), ct);
            await Add("manifest-sha256.txt", string.Concat(payload.Select(f => $"{f.Sha256}  {f.Path}\n")), ct);
            await Add("manifest-sha512.txt", string.Concat(payload.Select(f => $"{f.Sha512}  {f.Path}\n")), ct);
            var tags = _files.ToList();
            await Add("tagmanifest-sha256.txt", string.Concat(tags.Select(f => $"{f.Sha256}  {f.Path}\n")), ct);
            await Add("tagmanifest-sha512.txt", string.Concat(tags.Select(f => $"{f.Sha512}  {f.Path}\n")), ct);
        }
    }
}
