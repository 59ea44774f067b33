using Jaga.Audit;
using Jaga.Enforcement;
using Jaga.Referrals.CyberTip;

namespace Jaga.Referrals;

/// <summary>
/// The platform has said that it shut an account, or opened it again: drafts about that account tell it, with the time. The decision that asks for it drafts the
/// report before the platform can have answered. What is signed by then stays as it was read.
/// </summary>
public sealed class LearnOfAccount(Db db, MasterKey master, AuditLog audit) : IOnAnswered
{
    public async Task Answered(EnforcementAction action, Actor actor, CancellationToken ct)
    {
        if (action is not { State: ActionState.Confirmed, Target.Kind: "account", AnsweredAt: { } at, Verb: Verb.BanAccount or Verb.SuspendAccount })
        {
            return;
        }

        foreach (var draft in await db.Referrals.Where(r => r.Account == action.Target.Id && r.State == ReferralState.Draft).Take(100).ToListAsync(ct))
        {
            var says = draft.Says(master);
            if (says.Reported is { } reported && Told(reported, action, at) is var told && told != reported)
            {
                draft.Learn(says with { Reported = told }, master);
                audit.Record(Actor.System("referrals"), "referral.learned", draft.Subject, $"The platform's answer to {action.Subject}.", new { action.Verb, at, reversal = action.Reverses });
            }
        }
    }

    private static TipParty Told(TipParty party, EnforcementAction action, DateTimeOffset at) => (action.Verb, action.Reverses) switch
    {
        (Verb.BanAccount, null) => party with { PermanentlyDisabled = new(true, at) },
        (Verb.BanAccount, _) => party with { PermanentlyDisabled = null },
        (_, null) => party with { TemporarilyDisabled = new(true, at) },
        _ => party with { TemporarilyDisabled = party.TemporarilyDisabled is { } was ? was with { Reenabled = at } : null },
    };
}
