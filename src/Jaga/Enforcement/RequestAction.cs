using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Enforcement;

/// <summary>
/// Asks the platform to act: the action, its delivery and the duty to see it confirmed, in the caller's transaction.
/// Actions on one target reach the platform in the order in which they were asked for.
/// </summary>
public sealed class RequestAction(Db db, TimeProvider clock, EnforcementSettings settings, AuditLog audit, Outbox outbox, Duties duties)
{
    /// <summary>The webhook's type.</summary>
    public const string Type = "action.requested";

    /// <summary>The house's clause: an action is confirmed within its time.</summary>
    public const string Clause = "house.confirm-action";

    /// <param name="because">What it follows from, e.g. the decision.</param>
    /// <param name="notBefore">Nothing leaves earlier: the end of the undo window.</param>
    /// <exception cref="BadInput">The wish cannot be carried out; the field is named.</exception>
    public async Task<EnforcementAction> Run(ActionWish wish, Subject because, string policy, string reason, DateTimeOffset notBefore, Actor actor, CancellationToken ct)
    {
        var action = EnforcementAction.For(wish, because, policy, reason, notBefore, clock.GetUtcNow());
        await Send(action, actor, ct);
        return action;
    }

    /// <summary>Asks the platform to undo <paramref name="earlier"/>.</summary>
    public async Task<EnforcementAction> Reverse(EnforcementAction earlier, Subject because, string reason, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var action = earlier.Reversal(because, reason, now);
        await Send(action, actor, ct);
        return action;
    }

    private async Task Send(EnforcementAction action, Actor actor, CancellationToken ct)
    {
        db.Add(action);
        audit.Record(actor, "action.requested", action.Subject, action.Reason, new { action.Verb, action.Target, action.Countries, action.EndsAt, action.Policy, action.Because, action.Reverses });
        duties.Open(Clause, action.Subject, "platform", actor, action.StartsAt);
        if (await db.Receivers.AnyAsync(r => r.Name == settings.Receiver, ct))
        {
            await outbox.Send(settings.Receiver, Type, ActionCard.Of(action).Told(), action.Subject, action.Target.ToString(), action.StartsAt, ct);
        }
    }
}
