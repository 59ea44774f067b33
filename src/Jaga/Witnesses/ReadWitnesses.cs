namespace Jaga.Witnesses;

/// <summary>Who else has the log's checkpoints, up to which line, and what went wrong last.</summary>
public static class ReadWitnesses
{
    /// <summary>All of them, by name.</summary>
    public static async Task<IReadOnlyList<WitnessRound>> Run(Db db, CancellationToken ct) => await db.WitnessRounds.AsNoTracking().OrderBy(r => r.Name).Take(100).ToListAsync(ct);

    /// <summary><c>GET /audit/witnesses</c> and <c>GET /audit/timestamps/{size}</c></summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/audit/witnesses", (Db db, CancellationToken ct) => Run(db, ct))
            .Requires(Permission.ReadAudit).WithSummary("Who else has the audit log's checkpoints, and up to which line");
        api.MapGet("/audit/timestamps/{size:long}", async (Db db, long size, CancellationToken ct) =>
            TypedResults.Bytes((await db.Set<StoredTimestamp>().AsNoTracking().SingleOrDefaultAsync(t => t.Size == size, ct) ?? throw new NotFound("timestamp of this checkpoint")).Token, "application/timestamp-token", $"checkpoint-{size}.tst"))
            .Requires(Permission.ReadAudit).WithSummary("The timestamp (RFC 3161) over the checkpoint of this size");
    }
}
