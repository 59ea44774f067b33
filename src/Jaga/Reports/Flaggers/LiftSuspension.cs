using Jaga.Audit;

namespace Jaga.Reports.Flaggers;

/// <summary>Ends a suspension before its time.</summary>
public sealed class LiftSuspension(Db db, TimeProvider clock, AuditLog audit)
{
    /// <param name="Reason">1 to 2,000 characters.</param>
    public sealed record Request(string Reason);

    /// <exception cref="RuleBroken">It is no suspension in force.</exception>
    public async Task Run(Id<Misuse> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var suspension = await db.Misuses.SingleOrDefaultAsync(m => m.Id == id, ct) ?? throw new NotFound("such suspension");
        suspension.Lift(clock.GetUtcNow());
        audit.Record(actor, "misuse.lifted", suspension.Subject, Misuse.Why(request.Reason), new { suspension.By });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/misuses/{id}/lift", async (Id<Misuse> id, Request request, LiftSuspension lift, Actor actor, CancellationToken ct) =>
        {
            await lift.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditFlaggers)
        .WithSummary("End a suspension before its time");
}
