using Jaga.Audit;

namespace Jaga.Cases;

/// <summary>Gives a case back to the queue, undecided. No reason is asked for: nobody must explain not wanting to look.</summary>
public sealed class ReleaseCase(Db db, AuditLog audit)
{
    public async Task Run(Id<Case> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        @case.Release(actor);
        audit.Record(actor, "case.released", @case.Subject);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/release", async (Id<Case> id, ReleaseCase release, Actor actor, CancellationToken ct) =>
        {
            await release.Run(id, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.DecideCases)
        .WithSummary("Give a case back to the queue");
}
