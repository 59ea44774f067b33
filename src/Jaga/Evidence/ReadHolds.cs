namespace Jaga.Evidence;

/// <summary>Lists legal holds.</summary>
public static class ReadHolds
{
    /// <summary>Holds, oldest first.</summary>
    /// <param name="active">True: only those in force.</param>
    public static async Task<Page<LegalHold>> Run(Db db, PageRequest page, bool active, CancellationToken ct)
    {
        var holds = db.LegalHolds.AsNoTracking().Where(h => !active || h.LiftedAt == null);
        if (page.AfterId<LegalHold>() is { } after)
        {
            holds = holds.Where(h => h.Id > after);
        }

        return Page<LegalHold>.Of(await holds.OrderBy(h => h.Id).Take(page.Rows + 1).ToListAsync(ct), page.Rows, h => h.Id.ToString());
    }

    /// <summary><c>GET /evidence/holds</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/evidence/holds", (Db db, string? after, int? size, bool? active, CancellationToken ct) => Run(db, new(after, size), active ?? false, ct))
        .Requires(Permission.ReadEvidence).WithSummary("Legal holds, oldest first");
}
