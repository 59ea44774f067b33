using Jaga.Audit;

namespace Jaga.Banks;

/// <summary>Changes where a signal stands, in the caller's transaction; matchers follow.</summary>
public sealed class StandSignal(Db db, AuditLog audit, Changes changes, TimeProvider clock)
{
    /// <summary>Makes the signal stand so, unless it does.</summary>
    /// <param name="bank"><see cref="Bank.Number"/> of its bank.</param>
    /// <returns>Whether it stood otherwise.</returns>
    internal async Task<bool> Run(long signal, int bank, StandingState state, string why, object? details, Actor actor, CancellationToken ct)
    {
        // Twice in one transaction: the first change is not in the database yet.
        var standing = db.SignalStandings.Local.SingleOrDefault(s => s.Signal == signal) ?? await db.SignalStandings.SingleOrDefaultAsync(s => s.Signal == signal, ct);
        if ((standing?.State ?? StandingState.Counts) == state)
        {
            return false;
        }

        if (standing is null)
        {
            standing = SignalStanding.Of(signal, bank);
            db.Add(standing);
        }

        standing.Become(state, why, actor, clock.GetUtcNow());
        audit.Record(actor, state switch { StandingState.Quarantined => "signal.quarantined", StandingState.Disabled => "signal.disabled", _ => "signal.enabled" }, standing.Subject, why, details);
        changes.Stamp(seq => standing.ChangedSeq = seq);
        return true;
    }
}
