namespace Jaga.Evidence;

/// <summary>Lists the evidence whose file is missing, altered, or could not be read, with what was sealed with it.</summary>
public static class ReadAlarms
{
    /// <summary>One file of the vault that is not as it was sealed, and one of the objects that need it.</summary>
    /// <param name="State">As it was when it was last read.</param>
    /// <param name="Objects">How many objects need it.</param>
    /// <param name="UnreadAt">When it could not be read any more; null if it could.</param>
    public sealed record Row(Id<VaultBlob> Id, Guid File, BlobState State, DateTimeOffset CheckedAt, string Sha256, long Length, Subject? About, Id<Exhibit>? Exhibit, int Objects, DateTimeOffset? UnreadAt, string? UnreadBecause);

    /// <summary>Alarms, oldest first.</summary>
    public static async Task<Page<Row>> Run(Db db, PageRequest page, CancellationToken ct)
    {
        var lost = db.VaultBlobs.AsNoTracking().Where(b => b.State != BlobState.Whole || b.UnreadAt != null);
        if (page.AfterId<VaultBlob>() is { } after)
        {
            lost = lost.Where(b => b.Id > after);
        }

        var rows = new List<Row>();
        foreach (var blob in await lost.OrderBy(b => b.Id).Take(page.Rows + 1).ToListAsync(ct))
        {
            var objects = await db.VaultObjects.AsNoTracking().Where(o => o.BlobId == blob.Id).OrderBy(o => o.Id).Take(1000).ToListAsync(ct);
            var ids = objects.ConvertAll(o => o.Id);
            var exhibit = await db.ExhibitObjects.Where(x => ids.Contains(x.ObjectId)).OrderBy(x => x.ExhibitId).Select(x => (Id<Exhibit>?)x.ExhibitId).FirstOrDefaultAsync(ct);
            rows.Add(new(blob.Id, blob.File, blob.State, blob.CheckedAt, blob.Sha256, blob.Length, objects.FirstOrDefault()?.About, exhibit, objects.Count, blob.UnreadAt, blob.UnreadBecause));
        }

        return Page<Row>.Of(rows, page.Rows, r => r.Id.ToString());
    }

    /// <summary><c>GET /evidence/alarms</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/evidence/alarms", (Db db, string? after, int? size, CancellationToken ct) => Run(db, new(after, size), ct))
        .Requires(Permission.ReadEvidence).WithSummary("Evidence whose file is missing, altered, or could not be read");
}
