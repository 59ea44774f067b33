using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>Allows an export that somebody else asked for.</summary>
public sealed class AllowExport(Db db, AuditLog audit, TimeProvider clock)
{
    /// <exception cref="NotFound">Nobody asked for such an export.</exception>
    /// <exception cref="RuleBroken">The same person asked, or it was allowed before.</exception>
    public async Task<ExportRelease> Run(Id<ExportRelease> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var asked = await ExportRelease.Locked(db, id, ct) ?? throw new NotFound("such export");
        asked.Allow(actor, clock.GetUtcNow());
        audit.Record(actor, "export.allowed", asked.Subject, asked.Reason, new { exhibit = asked.ExhibitId, asked.AskedBy });
        audit.Record(actor, "exhibit.export-allowed", Subject.Of("exhibit", asked.ExhibitId), asked.Reason, new { asked.AskedBy });
        return await transaction.Commit(asked, ct);
    }

    /// <summary><c>POST /evidence/exports/{id}/allow</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/exports/{id}/allow", (Id<ExportRelease> id, AllowExport allow, Actor actor, CancellationToken ct) => allow.Run(id, actor, ct))
        .Requires(Permission.ExportEvidence).WithSummary("Allow an export that somebody else asked for.");
}
