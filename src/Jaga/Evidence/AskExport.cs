using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>Asks for a second person's word before an exhibit is exported, where the policy wants two (<see cref="EvidenceSettings.TwoPersons"/>).</summary>
public sealed class AskExport(Db db, AuditLog audit, TimeProvider clock)
{
    private const int MaxReason = 500;

    /// <param name="Reason">Why it is to leave, and to whom.</param>
    public sealed record Request(string Reason);

    /// <exception cref="NotFound">There is no such exhibit.</exception>
    public async Task<ExportRelease> Run(Id<Exhibit> id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > MaxReason)
        {
            throw new BadInput("reason", $"An export has a reason of at most {MaxReason} characters.");
        }

        await using var transaction = await db.Begin(ct);
        var exhibit = await db.Exhibits.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exhibit");
        var asked = new ExportRelease { Id = Id<ExportRelease>.New(clock), ExhibitId = id, AskedBy = actor.ToString(), AskedAt = clock.GetUtcNow(), Reason = request.Reason };
        db.Add(asked);
        audit.Record(actor, "export.asked", asked.Subject, request.Reason, new { exhibit = id });
        audit.Record(actor, "exhibit.export-asked", exhibit.Subject, request.Reason);
        return await transaction.Commit(asked, ct);
    }

    /// <summary><c>POST /evidence/exhibits/{id}/exports</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/exhibits/{id}/exports", (Id<Exhibit> id, Request request, AskExport ask, Actor actor, CancellationToken ct) => ask.Run(id, request, actor, ct))
        .Requires(Permission.ExportEvidence).WithSummary("Ask for a second person's word for an export.");
}
