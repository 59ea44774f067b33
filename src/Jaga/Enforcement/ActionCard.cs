namespace Jaga.Enforcement;

/// <summary>An action as the API and the console show it.</summary>
public sealed record ActionCard(
    Id<EnforcementAction> Id, Verb Verb, Subject Target, IReadOnlyList<string>? Countries, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, string Policy, string Reason,
    Id<EnforcementAction>? Reverses, ActionState State, DateTimeOffset RequestedAt, DateTimeOffset? AnsweredAt, string? Receipt, string? Note)
{
    public static ActionCard Of(EnforcementAction a) => new(
        a.Id, a.Verb, a.Target, a.Countries?.Split(','), a.StartsAt, a.EndsAt, a.Policy, a.Reason, a.Reverses, a.State, a.RequestedAt, a.AnsweredAt, a.Receipt, a.Note);

    /// <summary>The part that the platform is told, by webhook and by pull alike.</summary>
    public object Told() => new { action = Id, Verb, Target, Countries, StartsAt, EndsAt, Reverses, Policy, Reason };
}
