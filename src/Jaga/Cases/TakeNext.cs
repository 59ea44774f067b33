using Jaga.Audit;

namespace Jaga.Cases;

/// <summary>
/// The dispatcher: gives a reviewer the case that matters most now. Legal clock first, then severity, then what a flagger reported, then the house's clock.
/// A case is on one desk at a time; a lease that runs out gives it back. Escalated cases go to leads only.
/// </summary>
public sealed class TakeNext(Db db, TimeProvider clock, CaseSettings settings, AuditLog audit, ReadCase read)
{
    /// <returns>The case, leased to <paramref name="actor"/>, or null when nothing waits.</returns>
    public async Task<CaseCard?> Run(Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var next = await db.Cases.Where(c => c.State == CaseState.Open && c.LeasedBy == actor.Id && c.LeasedUntil > now).OrderBy(c => c.Id).FirstOrDefaultAsync(ct)
            ?? await Best(now, actor.May(Permission.AssignCases), ct);
        if (next is null)
        {
            return null;
        }

        if (next.LeasedBy != actor.Id)
        {
            audit.Record(actor, "case.taken", next.Subject);
        }
        else
        {
            audit.Record(actor, "case.renewed", next.Subject);
        }

        next.Lease(actor, now, now + settings.Lease);
        await db.SaveChangesAsync(ct);
        return await transaction.Commit(await read.Run(next.Id, ct), ct);
    }

    // Two reviewers who ask at once must not get, nor wait for, the same case. Cases with a legal clock are asked for apart from those without, because only so
    // the index knows the order in both stores.
    private async Task<Case?> Best(DateTimeOffset now, bool lead, CancellationToken ct) => await Best("IS NOT NULL", now, lead, ct) ?? await Best("IS NULL", now, lead, ct);

    private async Task<Case?> Best(string legal, DateTimeOffset now, bool lead, CancellationToken ct)
    {
#pragma warning disable EF1002 // Only words of this file and the store's own lock clause are put into the text.
        var found = await db.Cases.FromSqlRaw(
            $$"""
            SELECT * FROM cases
            WHERE state = 'Open' AND legal_due_at {{legal}} AND (leased_until IS NULL OR leased_until <= {0}) AND (escalated_at IS NULL OR {1} = 1)
            ORDER BY legal_due_at, severity DESC, priority DESC, due_at, id
            LIMIT 1 {{db.SkipLocked()}}
            """,
            db.Time(now), lead ? 1 : 0).ToListAsync(ct);
#pragma warning restore EF1002
        return found.SingleOrDefault();
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/next", async Task<Results<Ok<CaseCard>, NoContent>> (TakeNext take, Actor actor, CancellationToken ct) =>
        await take.Run(actor, ct) is { } taken ? TypedResults.Ok(taken) : TypedResults.NoContent())
        .Requires(Permission.DecideCases)
        .WithSummary("Take the next case").WithDescription("Leases the case that matters most now to the caller. 204 when nothing waits.");
}
