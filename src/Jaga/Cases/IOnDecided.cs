using Jaga.Enforcement;

namespace Jaga.Cases;

/// <summary>
/// Runs in the transaction of a decision: how the rooms above, whose reports and orders led to the case, learn what became of it. They implement it.
/// Whatever they send waits, like everything else, until <see cref="Decision.UndoUntil"/>.
/// </summary>
public interface IOnDecided
{
    /// <summary>The case was decided. Not called for <see cref="Verdict.CannotView"/>, which decides nothing.</summary>
    /// <param name="actions">What the platform is asked to do, none if nothing.</param>
    Task Decided(Case @case, Decision decision, IReadOnlyList<EnforcementAction> actions, Actor actor, CancellationToken ct);

    /// <summary>The decision was taken back before anything left; what was done in <see cref="Decided"/> is to be undone.</summary>
    Task Undone(Case @case, Decision decision, Actor actor, CancellationToken ct);

    /// <summary>After <see cref="Undone"/>: <paramref name="earlier"/> went into <paramref name="open"/>, about the same subject. What names the earlier case and still waits is to name the open one.</summary>
    Task Merged(Case earlier, Case open, Actor actor, CancellationToken ct) => Task.CompletedTask;
}
