using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>Lists exhibits, and shows one with its evidence and its custody. Never any bytes.</summary>
public static class ReadExhibits
{
    /// <summary>An exhibit in a list.</summary>
    public sealed record Row(Id<Exhibit> Id, string About, string Digest, DateTimeOffset SealedAt, string Clause, DateTimeOffset KeepUntil);

    /// <summary>A piece of evidence of an exhibit, and how it stands.</summary>
    /// <param name="State">As it was when it was last read.</param>
    /// <param name="UnreadAt">When it could not be read any more; null if it could.</param>
    public sealed record Piece(ExhibitFile File, DateTimeOffset? DestroyAfter, DateTimeOffset? DestroyedAt, BlobState? State, DateTimeOffset? UnreadAt = null);

    /// <summary>An exhibit with its evidence, the holds over it, and every touch of it, oldest first.</summary>
    public sealed record Answer(Row Exhibit, ExhibitList List, IReadOnlyList<Piece> Pieces, IReadOnlyList<LegalHold> Holds, IReadOnlyList<AuditLine> Custody);

    /// <summary>Exhibits, newest last.</summary>
    /// <param name="about">Only those about this, as <c>KIND/ID</c>.</param>
    public static async Task<Page<Row>> Run(Db db, PageRequest page, string? about, CancellationToken ct)
    {
        var exhibits = db.Exhibits.AsNoTracking();
        if (about is not null)
        {
            var (kind, id) = about.Split('/', 2) is [var k, var i] ? (k, i) : throw new BadInput("about", "A subject is written KIND/ID.");
            exhibits = exhibits.Where(e => e.About.Kind == kind && e.About.Id == id);
        }

        if (page.AfterId<Exhibit>() is { } after)
        {
            exhibits = exhibits.Where(e => e.Id > after);
        }

        var found = await exhibits.OrderBy(e => e.Id).Take(page.Rows + 1).ToListAsync(ct);
        return Page<Row>.Of([.. found.Select(Of)], page.Rows, r => r.Id.ToString());
    }

    /// <exception cref="NotFound">There is no such exhibit.</exception>
    public static async Task<Answer> One(Db db, Held held, Id<Exhibit> id, CancellationToken ct)
    {
        var exhibit = await db.Exhibits.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exhibit");
        var list = exhibit.Read();
        var wanted = db.ExhibitObjects.Where(o => o.ExhibitId == id).Select(o => o.ObjectId);
        var objects = await db.VaultObjects.AsNoTracking().Where(o => wanted.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct);
        var blobs = await db.VaultBlobs.AsNoTracking().Where(b => db.VaultObjects.Any(o => o.BlobId == b.Id && wanted.Contains(o.Id))).ToDictionaryAsync(b => b.Id, ct);
        var pieces = list.Files.Select(f => objects[f.Evidence]).Select((o, i) => new Piece(list.Files[i], o.DestroyAfter, o.DestroyedAt, o.BlobId is { } blob ? blobs[blob].State : null, o.BlobId is { } unread ? blobs[unread].UnreadAt : null)).ToList();
        return new(Of(exhibit), list, pieces, await Holds(held, exhibit, list, ct), await Custody(db, exhibit, list, ct));
    }

    /// <summary>Every line about the exhibit and its evidence, oldest first.</summary>
    public static async Task<List<AuditLine>> Custody(Db db, Exhibit exhibit, ExhibitList list, CancellationToken ct)
    {
        var lines = new List<AuditLine>();
        foreach (var some in list.Files.Select(f => f.Evidence.ToString()).Chunk(200))
        {
            lines.AddRange(await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == "evidence" && some.Contains(l.Subject.Id)).ToListAsync(ct));
        }

        var own = exhibit.Subject.Id;
        lines.AddRange(await db.AuditLines.AsNoTracking().Where(l => l.Subject.Kind == "exhibit" && l.Subject.Id == own).ToListAsync(ct));
        return [.. lines.OrderBy(l => l.Seq)];
    }

    private static async Task<List<LegalHold>> Holds(Held held, Exhibit exhibit, ExhibitList list, CancellationToken ct)
    {
        var parts = list.Files.Select(f => Subject.Of("evidence", f.Evidence)).Append(exhibit.Subject).Append(exhibit.About).ToHashSet();
        return [.. (await held.Holds(ct)).Where(h => h.Over.Overlaps(parts)).Select(h => h.Hold)];
    }

    private static Row Of(Exhibit e) => new(e.Id, e.About.ToString(), e.Digest, e.SealedAt, e.Clause, e.KeepUntil);

    /// <summary><c>GET /evidence/exhibits</c> and <c>GET /evidence/exhibits/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/evidence/exhibits", (Db db, string? after, int? size, string? about, CancellationToken ct) => Run(db, new(after, size), about, ct))
            .Requires(Permission.ReadEvidence).WithSummary("Sealed exhibits, oldest first");
        api.MapGet("/evidence/exhibits/{id}", (Db db, Held held, Id<Exhibit> id, CancellationToken ct) => One(db, held, id, ct))
            .Requires(Permission.ReadEvidence).WithSummary("One exhibit: its evidence, how it stands, its holds and its custody");
    }
}
