using Jaga.Audit;
using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.Referrals;

namespace Jaga.Cases;

/// <summary>
/// Takes a decision back while nothing has left: its actions are cancelled, the case is open again under the clocks it had. Where another case about the same subject was
/// opened meanwhile, this one goes into that. The exhibit stays sealed.
/// </summary>
public sealed class UndoDecision(Db db, TimeProvider clock, AuditLog audit, CancelAction cancel, OwnBank own, CaseOpinions opinions, Duties duties, SteerReferral referrals, MergeCases merge, IEnumerable<IOnDecided> told)
{
    private const string Why = "The decision was taken back.";

    /// <returns>The case that is open now: this one, or the one it went into.</returns>
    public async Task<Id<Case>> Run(Id<Case> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        var decision = await db.Decisions.Where(d => d.Case == id && d.UndoneAt == null && d.Verdict != Verdict.CannotView).OrderByDescending(d => d.Id).FirstOrDefaultAsync(ct)
            ?? throw new RuleBroken("This case has no decision to take back.");
        decision.Undo(actor, clock.GetUtcNow());
        audit.Record(actor, "decision.undone", decision.Subject);
        await cancel.RunAll(decision.Subject, Why, actor, ct);
        await own.TakeBack(decision, Why, actor, ct);
        await opinions.TakeBack(decision, Why, actor, ct);
        await referrals.TakeBack(@case.Subject, decision.At, Why, actor, ct);
        foreach (var room in told)
        {
            await room.Undone(@case, decision, actor, ct);
        }

        // What the decision kept was not kept: each clause runs on as it did, the short clock of what is held back too.
        foreach (var about in await MergeCases.All(db, id, ct))
        {
            await duties.ReopenAll(about, decision.Subject, Why, actor, ct);
        }

        var open = await db.Cases.SingleOrDefaultAsync(c => c.About.Kind == @case.About.Kind && c.About.Id == @case.About.Id && c.State == CaseState.Open, ct);
        if (open is null)
        {
            @case.Reopen();
            audit.Record(actor, "case.reopened", @case.Subject, Why);
        }
        else
        {
            await merge.Run(@case, open, Why, actor, ct);
        }

        await transaction.Commit(ct);
        return open?.Id ?? id;
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/undo", async (Id<Case> id, UndoDecision undo, Actor actor, CancellationToken ct) =>
        {
            await undo.Run(id, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.DecideCases)
        .WithSummary("Take a decision back").WithDescription("By whoever decided, within the undo window, before anything has left. Where another case about the same subject was opened meanwhile, this one goes into it: mergedInto names it.");
}
