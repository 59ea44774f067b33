using Jaga.Deliveries;

namespace Jaga.Enforcement;

/// <summary>What was asked of the platform and not answered, also while no receiver of its name was there.</summary>
internal sealed class AwaitedActions(Db db, EnforcementSettings settings) : IAwaitReceiver
{
    public string Receiver => settings.Receiver;

    public string Type => RequestAction.Type;

    public async Task<IReadOnlyList<Awaiting>> Next(string? after, int most, CancellationToken ct)
    {
        var of = db.Actions.AsNoTracking().Where(a => a.State == ActionState.Requested);
        if (Id<EnforcementAction>.TryParse(after, null, out var last))
        {
            of = of.Where(a => a.Id.CompareTo(last) > 0);
        }

        var actions = await of.OrderBy(a => a.Id).Take(most).ToListAsync(ct);
        return actions.ConvertAll(a => new Awaiting(a.Subject, ActionCard.Of(a).Told(), a.Target.ToString(), a.StartsAt));
    }
}
