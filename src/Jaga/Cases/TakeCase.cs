using Jaga.Audit;

namespace Jaga.Cases;

/// <summary>Puts a case of one's choice on one's desk, or renews the lease of one that is there.</summary>
public sealed class TakeCase(Db db, TimeProvider clock, CaseSettings settings, AuditLog audit)
{
    public async Task Run(Id<Case> id, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        @case.Lease(actor, now, now + settings.Lease);
        audit.Record(actor, "case.taken", @case.Subject);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/take", async (Id<Case> id, TakeCase take, Actor actor, CancellationToken ct) =>
        {
            await take.Run(id, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.DecideCases)
        .WithSummary("Take a case, or renew its lease");
}
