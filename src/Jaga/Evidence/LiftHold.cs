using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>Lifts a legal hold; from then on the retention of what it held counts again.</summary>
public sealed class LiftHold(Db db, AuditLog audit, TimeProvider clock)
{
    public sealed record Request(string Reason);

    /// <exception cref="NotFound">There is no such hold.</exception>
    /// <exception cref="RuleBroken">It was lifted before.</exception>
    public async Task<LegalHold> Run(Id<LegalHold> id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            throw new BadInput("reason", "A hold is lifted for a reason.");
        }

        await using var transaction = await db.Begin(ct);
        var hold = await db.LegalHolds.SingleOrDefaultAsync(h => h.Id == id, ct) ?? throw new NotFound("such hold");
        hold.Lift(clock.GetUtcNow());
        audit.Record(actor, "hold.lifted", hold.Subject, request.Reason);
        return await transaction.Commit(hold, ct);
    }

    /// <summary><c>POST /evidence/holds/{id}/lift</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/holds/{id}/lift", (Id<LegalHold> id, Request request, LiftHold lift, Actor actor, CancellationToken ct) => lift.Run(id, request, actor, ct))
        .Requires(Permission.HoldEvidence).WithSummary("Lift a legal hold.");
}
