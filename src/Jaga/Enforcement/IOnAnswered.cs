namespace Jaga.Enforcement;

/// <summary>Runs in the transaction that takes the platform's answer to an action: how the rooms above learn what was done, or refused. They implement it.</summary>
public interface IOnAnswered
{
    /// <param name="action">Confirmed or refused now; called once for each answer that changed it.</param>
    Task Answered(EnforcementAction action, Actor actor, CancellationToken ct);
}
