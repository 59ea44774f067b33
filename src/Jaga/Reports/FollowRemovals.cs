using Jaga.Cases;
using Jaga.Enforcement;
using Jaga.Obligations;

namespace Jaga.Reports;

/// <summary>
/// Keeps what a law wants taken down once somebody has reported it (TAKE IT DOWN Act, section 3): by the decision that there is nothing to take down, or else when the platform
/// has confirmed that it did. A decision that does less leaves it owed.
/// </summary>
public sealed class FollowRemovals(Db db, Duties duties) : IOnAnswered
{
    public async Task Answered(EnforcementAction action, Actor actor, CancellationToken ct)
    {
        if (action is not { State: ActionState.Confirmed, Reverses: null, Countries: null, Verb: Verb.Remove or Verb.CloseGroup or Verb.SuspendAccount or Verb.BanAccount, Because.Kind: "decision" } || !Id<Decision>.TryParse(action.Because.Id, null, out var id))
        {
            return;
        }

        var decision = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == id, ct);
        Subject? target = action.Target;
        if (await db.Cases.AnyAsync(c => c.Id == decision.Case && ((c.About.Kind == action.Target.Kind && c.About.Id == action.Target.Id) || c.Means == target), ct))
        {
            await Keep(decision, actor, ct);
        }
    }

    /// <summary>A decision was told, and cannot be taken back any more.</summary>
    internal async Task Decided(Decision decision, Actor actor, CancellationToken ct)
    {
        if (decision.Verdict is Verdict.NoViolation)
        {
            await Keep(decision, actor, ct);
        }
    }

    private async Task Keep(Decision decision, Actor actor, CancellationToken ct)
    {
        foreach (var one in await MergeCases.All(db, decision.Case, ct))
        {
            await duties.KeepAll(BringToDesk.Removal(one), decision.Subject, actor, ct);
        }
    }
}
