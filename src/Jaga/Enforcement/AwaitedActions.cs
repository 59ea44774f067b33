using Jaga.Deliveries;

namespace Jaga.Enforcement;

/// <summary>What was asked of the platform and not answered, also while no receiver of its name was there.</summary>
internal sealed class AwaitedActions(Db db, TimeProvider clock, EnforcementSettings settings) : IAwaitReceiver
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
        var over = await Over(actions, ct);
        var later = await Later(actions, ct);
        return actions.ConvertAll(a => new Awaiting(a.Subject, ActionCard.Of(a).Told(), a.Target.ToString(), a.StartsAt, over.Contains(a.Id), Later: [.. later[a.Target].Where(l => l > a.Id).Select(l => l.ToString())]));
    }

    // What ended by itself, and the reversals of such: there is nothing left to do, nor to undo.
    private async Task<HashSet<Id<EnforcementAction>>> Over(List<EnforcementAction> actions, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var reversed = actions.Where(a => a.Reverses is not null).Select(a => a.Reverses!.Value).ToList();
        var ended = reversed.Count == 0 ? [] : await db.Actions.AsNoTracking().Where(a => reversed.Contains(a.Id) && a.EndsAt <= now).Select(a => a.Id).ToListAsync(ct);
        return [.. actions.Where(a => a.EndsAt <= now || (a.Reverses is { } earlier && ended.Contains(earlier))).Select(a => a.Id)];
    }

    private async Task<ILookup<Subject, Id<EnforcementAction>>> Later(List<EnforcementAction> actions, CancellationToken ct)
    {
        var (kinds, ids) = (actions.Select(a => a.Target.Kind).Distinct().ToList(), actions.Select(a => a.Target.Id).Distinct().ToList());
        var same = await db.Actions.AsNoTracking().Where(a => kinds.Contains(a.Target.Kind) && ids.Contains(a.Target.Id)).Select(a => new { a.Target.Kind, a.Target.Id, Action = a.Id }).ToListAsync(ct);
        return same.ToLookup(a => new Subject(a.Kind, a.Id), a => a.Action);
    }
}
