using System.Globalization;
using Jaga.Obligations;

namespace Jaga.Evidence;

/// <summary>Lists requests for erasure, and shows one: what was told, how it stands now, and the sentences for the person.</summary>
public sealed class ReadErasures(Db db)
{
    private static readonly CultureInfo Indonesian = CultureInfo.GetCultureInfo("id-ID"), English = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>A request in a list.</summary>
    /// <param name="Pieces">Pieces of evidence that it concerns.</param>
    /// <param name="Left">Those that are still kept.</param>
    public sealed record Row(Id<Erasure> Id, Subject Person, string Reference, DateTimeOffset AskedAt, int Pieces, int Left);

    /// <summary>One piece: what was told of it, and how it stands now.</summary>
    public sealed record Piece(Id<VaultObject> Evidence, string MediaType, long Length, DateTimeOffset KeptAt, ErasureGround Told, DateTimeOffset? Until, DateTimeOffset? DestroyedAt, Id<DestructionCertificate>? Certificate);

    /// <summary>A request with its pieces.</summary>
    /// <param name="Says">What the person is told, in both languages. It names no matter: that a hold exists may be told, whose it is may not.</param>
    public sealed record Answer(Row Request, IReadOnlyList<Piece> Pieces, IReadOnlyList<Sentence> Says);

    /// <summary>Requests, newest first.</summary>
    public async Task<Page<Row>> Run(PageRequest page, CancellationToken ct)
    {
        var erasures = db.Erasures.AsNoTracking();
        if (page.AfterId<Erasure>() is { } after)
        {
            erasures = erasures.Where(e => e.Id < after);
        }

        var rows = await erasures.OrderByDescending(e => e.Id).Take(page.Rows + 1).Select(e => new Row(
            e.Id, e.Person, e.Reference, e.AskedAt, db.ErasurePieces.Count(p => p.ErasureId == e.Id),
            db.ErasurePieces.Count(p => p.ErasureId == e.Id && db.VaultObjects.Any(o => o.Id == p.ObjectId && o.DestroyedAt == null)))).ToListAsync(ct);
        return Page<Row>.Of(rows, page.Rows, r => r.Id.ToString());
    }

    /// <exception cref="NotFound">There is no such request.</exception>
    public async Task<Answer> One(Id<Erasure> id, CancellationToken ct)
    {
        var erasure = await db.Erasures.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such request for erasure");
        var pieces = await (from told in db.ErasurePieces.AsNoTracking()
                            where told.ErasureId == id
                            join kept in db.VaultObjects on told.ObjectId equals kept.Id
                            orderby kept.Id
                            select new Piece(kept.Id, kept.MediaType, kept.Length, kept.KeptAt, told.Told, told.Until, kept.DestroyedAt, db.DestructionCertificates.Where(c => c.ObjectId == kept.Id).Select(c => (Id<DestructionCertificate>?)c.Id).FirstOrDefault())).ToListAsync(ct);
        return new(new(erasure.Id, erasure.Person, erasure.Reference, erasure.AskedAt, pieces.Count, pieces.Count(p => p.DestroyedAt is null)), pieces, Says(pieces));
    }

    private static List<Sentence> Says(List<Piece> pieces)
    {
        if (pieces.Count == 0)
        {
            return [new("We keep no evidence about you.", "Kami tidak menyimpan barang bukti mengenai Anda.")];
        }

        var (gone, left) = (pieces.Count(p => p.DestroyedAt is not null), pieces.Where(p => p.DestroyedAt is null).ToList());
        var (held, kept, endless) = (left.Count(p => p.Told is ErasureGround.Held), left.Where(p => p.Told is ErasureGround.Kept).ToList(), left.Count(p => p.Told is ErasureGround.Endless));
        var says = new List<Sentence> { new($"Pieces of evidence about you: {pieces.Count}.", $"Jumlah barang bukti mengenai Anda: {pieces.Count}.") };
        if (gone > 0)
        {
            says.Add(new($"Destroyed since you asked: {gone}. You can have the certificates.", $"Sudah dimusnahkan sejak permintaan Anda: {gone}. Sertifikatnya dapat Anda minta."));
        }

        if (held > 0)
        {
            says.Add(new($"Kept for a legal matter, and not to be destroyed before it is over: {held}.", $"Disimpan untuk suatu perkara hukum dan tidak boleh dimusnahkan sebelum perkara itu selesai: {held}."));
        }

        if (kept.Count > 0)
        {
            var last = kept.Max(p => p.Until!.Value);
            says.Add(new(
                $"To be kept for as long as the rules on evidence say: {kept.Count}. They are destroyed on their day, the last on {last.ToString("d MMMM yyyy", English)} (UTC), with a certificate.",
                $"Wajib disimpan selama masa simpan barang bukti: {kept.Count}. Masing-masing dimusnahkan pada waktunya, yang terakhir pada {last.ToString("d MMMM yyyy", Indonesian)} (UTC), disertai sertifikat."));
        }

        if (endless > 0)
        {
            says.Add(new($"Kept without an end, such as correspondence; we will tell you what was decided about them: {endless}.", $"Disimpan tanpa batas waktu, misalnya surat-menyurat; keputusan tentangnya akan kami sampaikan kepada Anda: {endless}."));
        }

        return says;
    }

    /// <summary><c>GET /evidence/erasures</c> and <c>GET /evidence/erasures/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/evidence/erasures", (ReadErasures read, string? after, int? size, CancellationToken ct) => read.Run(new(after, size), ct))
            .Requires(Permission.ReadEvidence).WithSummary("Requests for erasure, newest first");
        api.MapGet("/evidence/erasures/{id}", (ReadErasures read, Id<Erasure> id, CancellationToken ct) => read.One(id, ct))
            .Requires(Permission.ReadEvidence).WithSummary("A request for erasure: what was told, and how it stands now");
    }
}
