using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Enforcement;

/// <summary>Takes actions back before the platform was told, with their deliveries and duties. In the caller's transaction.</summary>
public sealed class CancelAction(Db db, AuditLog audit, Outbox outbox, Duties duties)
{
    /// <summary>Cancels every action that follows from <paramref name="because"/>.</summary>
    /// <exception cref="RuleBroken">One of them has left already.</exception>
    public async Task RunAll(Subject because, string reason, Actor actor, CancellationToken ct)
    {
        foreach (var action in await db.Actions.Where(a => a.Because.Kind == because.Kind && a.Because.Id == because.Id).ToListAsync(ct))
        {
            action.Cancel();
            audit.Record(actor, "action.cancelled", action.Subject, reason);
            await outbox.CancelUnsent(action.Subject, reason, actor, ct);
            await duties.CancelAll(action.Subject, reason, actor, ct);
        }
    }
}
