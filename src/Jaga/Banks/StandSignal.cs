using Jaga.Audit;

namespace Jaga.Banks;

/// <summary>Told, in the transaction, that a signal counts again, by whatever way. The room that checks items implements it.</summary>
public interface IOnReleased
{
    /// <summary>Does, or leaves for later, what the signal's matches would have done meanwhile.</summary>
    /// <param name="was">How it stood.</param>
    Task Released(long signal, StandingState was, CancellationToken ct);
}

/// <summary>Changes where a signal stands, in the caller's transaction; matchers follow.</summary>
public sealed class StandSignal(Db db, AuditLog audit, Changes changes, IEnumerable<IOnReleased> above, TimeProvider clock)
{
    /// <summary>Makes the signal stand so, unless it does.</summary>
    /// <param name="bank"><see cref="Bank.Number"/> of its bank.</param>
    /// <returns>Whether it stood otherwise.</returns>
    internal async Task<bool> Run(long signal, int bank, StandingState state, string why, object? details, Actor actor, CancellationToken ct)
    {
        var standing = await Standing(signal, ct);
        var was = standing?.State ?? StandingState.Counts;
        if (was == state)
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
        foreach (var room in state is StandingState.Counts ? above : [])
        {
            await room.Released(signal, was, ct);
        }

        return true;
    }

    /// <summary>The same, unless the signal is in quarantine: what waits there waits for a lead, whatever is thought of it meanwhile.</summary>
    internal async Task RunUnlessQuarantined(long signal, int bank, StandingState state, string why, object? details, Actor actor, CancellationToken ct)
    {
        if (await Standing(signal, ct) is not { State: StandingState.Quarantined })
        {
            await Run(signal, bank, state, why, details, actor, ct);
        }
    }

    // Twice in one transaction: the first change is not in the database yet.
    private async Task<SignalStanding?> Standing(long signal, CancellationToken ct) =>
        db.SignalStandings.Local.SingleOrDefault(s => s.Signal == signal) ?? await db.SignalStandings.SingleOrDefaultAsync(s => s.Signal == signal, ct);
}
