namespace Jaga.Audit;

/// <summary>The newest checkpoint, as a signed note.</summary>
public static class ReadCheckpoint
{
    /// <summary>The newest checkpoint, or null before the first.</summary>
    public static Task<StoredCheckpoint?> Latest(Db db, CancellationToken ct) =>
        db.AuditCheckpoints.AsNoTracking().OrderByDescending(c => c.Size).FirstOrDefaultAsync(ct);

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/audit/checkpoint", async (Db db, CancellationToken ct) =>
        TypedResults.Text((await Latest(db, ct) ?? throw new NotFound("checkpoint yet")).Note, "text/plain; charset=utf-8"))
        .Requires(Permission.ReadAudit).WithSummary("The newest signed checkpoint of the audit log");
}
