using System.Globalization;
using System.Text;
using System.Text.Json;
using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>A certificate that whoever asks can keep: what was destroyed, when and why, and the proof that the audit log says so. In JSON by <see cref="ToJson"/>, to be read by <see cref="ToText"/>.</summary>
/// <param name="MediaType">Of what was destroyed.</param>
/// <param name="About">What it was about, as <c>KIND/ID</c>.</param>
/// <param name="Why">Why it was destroyed, as its line in the audit log says.</param>
/// <param name="Line">That line, its canonical text.</param>
/// <param name="Receipt">The line and its proof as one tlog-proof file: <c>jaga audit proof</c> checks it.</param>
/// <param name="Verifier">The key by which the checkpoint in the receipt is signed. Compare it with the one that you know from elsewhere.</param>
public sealed record CertificatePaper(DestructionCertificate Certificate, string MediaType, string About, string KeptBy, string Why, string Line, string Receipt, string Verifier)
{
    private static readonly JsonSerializerOptions Indented = new(Json.Options) { WriteIndented = true };

    /// <summary>For machines: an object with these members.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Indented) + "\n";

    /// <summary>For people, in plain text; the receipt stands under it.</summary>
    public string ToText() => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"CERTIFICATE OF DESTRUCTION {Certificate.Id}\n\n")
        .Append(CultureInfo.InvariantCulture, $"What       evidence {Certificate.ObjectId}, {MediaType}, {Certificate.Length:N0} bytes\n")
        .Append(CultureInfo.InvariantCulture, $"SHA-256    {Certificate.Sha256}\n")
        .Append(CultureInfo.InvariantCulture, $"About      {About}\n")
        .Append(CultureInfo.InvariantCulture, $"Kept       {Certificate.KeptAt:u} by {KeptBy}\n")
        .Append(CultureInfo.InvariantCulture, $"To keep    until {Certificate.DueAt:u}\n")
        .Append(CultureInfo.InvariantCulture, $"Destroyed  {Certificate.DestroyedAt:u}\n")
        .Append(CultureInfo.InvariantCulture, $"Why        {Why}\n")
        .Append(Certificate.BytesErased
            ? "How        Its key was overwritten and deleted in the database, and its file removed. Backups of the database that were made before can still hold the key, until they expire and are destroyed.\n"
            : "How        It was given up. Other evidence has the same bytes and still has to be kept; they go with the last of it.\n")
        .Append(CultureInfo.InvariantCulture, $"\nThe line of the audit log that says so, with its proof. Check with:  jaga audit proof FILE --key '{Verifier}'\n\n")
        .Append(Receipt).ToString();
}

/// <summary>Lists certificates of destruction by period, and gives one with its proof.</summary>
public sealed class ReadCertificates(Db db, ReadProof proofs, ICheckpointSigner signer)
{
    /// <summary>Certificates, oldest first.</summary>
    /// <param name="from">Of what was destroyed at or after this time; null: from the beginning.</param>
    /// <param name="to">And before this one; null: until now.</param>
    public async Task<Page<DestructionCertificate>> Run(DateTimeOffset? from, DateTimeOffset? to, PageRequest page, CancellationToken ct)
    {
        var certificates = db.DestructionCertificates.AsNoTracking().Where(c => (from == null || c.DestroyedAt >= from) && (to == null || c.DestroyedAt < to));
        if (page.AfterId<DestructionCertificate>() is { } after)
        {
            certificates = certificates.Where(c => c.Id > after);
        }

        return Page<DestructionCertificate>.Of(await certificates.OrderBy(c => c.Id).Take(page.Rows + 1).ToListAsync(ct), page.Rows, c => c.Id.ToString());
    }

    /// <summary>One certificate with its proof.</summary>
    /// <exception cref="NotFound">There is no such certificate.</exception>
    public async Task<CertificatePaper> One(Id<DestructionCertificate> id, CancellationToken ct) =>
        (await Papers([await db.DestructionCertificates.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such certificate")], ct))[0];

    /// <summary>Several certificates, proven by one and the same checkpoint.</summary>
    public async Task<IReadOnlyList<CertificatePaper>> Papers(IReadOnlyList<DestructionCertificate> certificates, CancellationToken ct)
    {
        var ids = certificates.Select(c => c.ObjectId).ToList();
        var objects = await db.VaultObjects.AsNoTracking().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct);
        var subjects = ids.Select(i => i.ToString()).ToList();
        var lines = await db.AuditLines.AsNoTracking().Where(l => l.Action == "evidence.destroyed" && l.Subject.Kind == "evidence" && subjects.Contains(l.Subject.Id)).ToDictionaryAsync(l => l.Subject.Id, ct);
        var proven = (await proofs.Inclusions(lines.Values, ct)).ToDictionary(p => p.Seq);
        return [.. certificates.Select(c => Paper(c, objects[c.ObjectId], lines[c.ObjectId.ToString()], proven))];
    }

    private CertificatePaper Paper(DestructionCertificate certificate, VaultObject was, AuditLine line, Dictionary<long, InclusionProof> proven) =>
        new(certificate, was.MediaType, was.About.ToString(), was.KeptBy, line.Why, proven[line.Seq].Line, proven[line.Seq].ToFile(withLine: true), signer.Verifier.ToString());

    /// <summary><c>GET /evidence/certificates</c> and <c>GET /evidence/certificates/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/evidence/certificates", (ReadCertificates read, DateTimeOffset? from, DateTimeOffset? to, string? after, int? size, CancellationToken ct) => read.Run(from, to, new(after, size), ct))
            .Requires(Permission.ReadEvidence).WithSummary("Certificates of destruction in a period, oldest first");
        api.MapGet("/evidence/certificates/{id}", (ReadCertificates read, Id<DestructionCertificate> id, CancellationToken ct) => read.One(id, ct))
            .Requires(Permission.ReadEvidence).WithSummary("A certificate of destruction, with the proof that the audit log says so");
    }
}
