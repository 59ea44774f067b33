using Jaga.Audit;
using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.Referrals;

namespace Jaga.Cases;

/// <summary>Takes a decision back while nothing has left: its actions are cancelled, the case is open again. The exhibit stays sealed.</summary>
public sealed class UndoDecision(Db db, TimeProvider clock, AuditLog audit, CancelAction cancel, OwnBank own, CaseOpinions opinions, Duties duties, SteerReferral referrals, IEnumerable<IOnDecided> told)
{
    public async Task Run(Id<Case> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        var decision = await db.Decisions.Where(d => d.Case == id && d.UndoneAt == null && d.Verdict != Verdict.CannotView).OrderByDescending(d => d.Id).FirstOrDefaultAsync(ct)
            ?? throw new RuleBroken("This case has no decision to take back.");
        decision.Undo(actor, clock.GetUtcNow());
        audit.Record(actor, "decision.undone", decision.Subject);
        await cancel.RunAll(decision.Subject, "The decision was taken back.", actor, ct);
        await own.TakeBack(decision, "The decision was taken back.", actor, ct);
        await opinions.TakeBack(decision, "The decision was taken back.", actor, ct);
        await referrals.DropDrafts(@case.Subject, decision.At, "The decision was taken back.", actor, ct);
        foreach (var room in told)
        {
            await room.Undone(@case, decision, actor, ct);
        }

        @case.Reopen();
        audit.Record(actor, "case.reopened", @case.Subject, "The decision was taken back.");
        var duty = duties.Open(OpenCase.Clause, @case.Subject, "platform", actor, @case.OpenedAt);
        @case.Due(duty.DueAt);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/undo", async (Id<Case> id, UndoDecision undo, Actor actor, CancellationToken ct) =>
        {
            await undo.Run(id, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.DecideCases)
        .WithSummary("Take a decision back").WithDescription("By whoever decided, within the undo window, before anything has left.");
}
