using Jaga.Banks;
using Jaga.Cases;
using Jaga.Items.Lookbacks;
using Jaga.Matching;

namespace Jaga.Items;

/// <summary>Opens the cases that a signal's matches would have opened while it was in quarantine, some at a time, after it was released. The bytes were not kept; the facts and fingerprints were.</summary>
public sealed class OpenKept(Db db, Jobs jobs, OpenCase open) : IWork<OpenKept.Work>, IOnReleased
{
    private const int Batch = 50;

    /// <param name="Signal"><see cref="Signal.Id"/>.</param>
    public sealed record Work(long Signal);

    public Task Released(long signal, StandingState was, CancellationToken ct)
    {
        jobs.Later(new Work(signal));
        return Task.CompletedTask;
    }

    public async Task Run(Work work, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var kept = await db.Sightings.Where(s => s.Signal == work.Signal && s.Outcome == SightingOutcome.Quarantined).OrderBy(s => s.At).ThenBy(s => s.Id).Take(Batch).ToListAsync(ct);
        var bank = await (from s in db.Signals.AsNoTracking() join b in db.Banks.AsNoTracking() on s.Bank equals b.Number where s.Id == work.Signal select new { Bank = b, Signal = s }).SingleOrDefaultAsync(ct);
        if (kept.Count == 0 || bank is null)
        {
            return;
        }

        var ids = kept.Select(k => new Id<Item>(k.Item)).ToList();
        var items = await db.Items.Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id.Value, ct);
        foreach (var one in kept.Where(k => bank.Bank.OnMatch is OnMatch.Hold or OnMatch.Case && items.ContainsKey(k.Item)))
        {
            var item = items[one.Item];
            var found = new FoundThing(
                Subject.Of(one.Lookback is null ? "checked" : RecordLookback.Source, item.Id), Words.Of(bank.Signal.Type), bank.Bank.Name, $"{work.Signal}", one.Distance, "", string.Join(',', bank.Bank.Labels), string.Join(" · ", new[] { bank.Signal.Member, bank.Signal.Entry }.Where(p => p.Length > 0)), one.Frame);
            var @case = await open.Run(new("item", item.ExternalId), [found], [], held: item.Verdict is CheckVerdict.Hold, Actor.System("quarantine"), ct, seen: SeenSignals.Of(item, null));
            item.Case = @case.Id.Value;

            // The next of the same item shall find this one's case.
            await db.SaveChangesAsync(ct);
        }

        kept.ForEach(k => k.Count());
        if (kept.Count == Batch)
        {
            jobs.Later(work);
        }

        await transaction.Commit(ct);
    }
}
