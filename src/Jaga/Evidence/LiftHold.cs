using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// Lifts a legal hold; from then on the retention of what it held counts again, and what is due is destroyed within the hour. It is the only act by hand that leads there, so the policy
/// wants two persons for it unless it says otherwise: the first one's call asks, and the call of somebody else within a day lifts.
/// </summary>
public sealed class LiftHold(Db db, AuditLog audit, SecondWords words, TimeProvider clock)
{
    /// <param name="Reason">1 to 500 characters.</param>
    public sealed record Request(string Reason);

    /// <returns>The hold: <see cref="LegalHold.LiftedAt"/> is null while it waits for a second person.</returns>
    /// <exception cref="NotFound">There is no such hold.</exception>
    /// <exception cref="RuleBroken">It was lifted before, or the same person asked before.</exception>
    public async Task<LegalHold> Run(Id<LegalHold> id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            throw new BadInput("reason", "A hold is lifted for a reason.");
        }

        await using var transaction = await db.Begin(ct);
        var hold = await db.LegalHolds.SingleOrDefaultAsync(h => h.Id == id, ct) ?? throw new NotFound("such hold");
        if (hold.LiftedAt is null && words.Needed(TwoPersonAct.Lift))
        {
            if (await words.Of(TwoPersonAct.Lift, hold.Subject, actor, ct) is not null)
            {
                throw new RuleBroken("You have asked for this hold to be lifted. Somebody else must do it.");
            }

            if (await words.Waiting(TwoPersonAct.Lift).FirstOrDefaultAsync(w => w.About.Id == hold.Subject.Id, ct) is not { } asked)
            {
                words.Ask(TwoPersonAct.Lift, hold.Subject, request.Reason, actor);
                return await transaction.Commit(hold, ct);
            }

            words.Use(await words.Allow(asked.Id, TwoPersonAct.Lift, actor, ct), actor);
        }

        hold.Lift(clock.GetUtcNow());
        audit.Record(actor, "hold.lifted", hold.Subject, request.Reason);
        return await transaction.Commit(hold, ct);
    }

    /// <summary><c>POST /evidence/holds/{id}/lift</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/holds/{id}/lift", (Id<LegalHold> id, Request request, LiftHold lift, Actor actor, CancellationToken ct) => lift.Run(id, request, actor, ct))
        .Requires(Permission.HoldEvidence).WithSummary("Lift a legal hold").WithDescription("Where the policy wants two persons, the first call asks and another person's lifts: liftedAt tells which it was.");
}
