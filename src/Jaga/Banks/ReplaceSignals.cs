using Jaga.Audit;

namespace Jaga.Banks;

/// <summary>Takes signals out of a bank and puts others in, in the caller's transaction, as one batch with one audit line: how a bank follows somebody else's list.</summary>
public sealed class ReplaceSignals(Db db, AuditLog audit, Changes changes, StandSignal stand, TimeProvider clock)
{
    /// <summary>Removes <paramref name="gone"/> and adds <paramref name="fresh"/>.</summary>
    /// <param name="gone">Signals of this bank that count now, tracked by this transaction's <see cref="Db"/>.</param>
    /// <param name="source">Where it comes from, for the record, at most 200 characters.</param>
    /// <returns>How many the bank did not have.</returns>
    /// <exception cref="RuleBroken">A file is being imported into the bank.</exception>
    internal async Task<int> Run(Bank bank, IReadOnlyCollection<Signal> gone, IReadOnlyList<NewSignal> fresh, string source, Actor actor, CancellationToken ct)
    {
        if (gone.Count == 0 && fresh.Count == 0)
        {
            return 0;
        }

        var now = clock.GetUtcNow();
        var batch = fresh.Count == 0 ? null : await AddSignals.Stage(db, bank, source, fresh.Count, actor, now, ct);
        foreach (var signal in gone)
        {
            signal.Remove(now);
        }

        // Before the new ones are written: the same value may leave under one entry and come again under another.
        await db.SaveChangesAsync(ct);
        foreach (var from in gone.GroupBy(s => s.Batch))
        {
            var count = from.Count();
            await db.SignalBatches.Where(b => b.Number == from.Key).ExecuteUpdateAsync(set => set.SetProperty(b => b.Removed, b => b.Removed + count), ct);
        }

        var added = batch is null ? 0 : await new SignalWriter(db).Write(fresh, bank.Number, batch.Number, batch.FirstSignal, ct);
        batch?.Publish(added, now);
        audit.Record(actor, "bank.followed", bank.Subject, source, new { batch = batch?.Number, added, removed = gone.Count });
        await CarryOver(bank, gone, actor, ct);
        changes.Stamp(seq =>
        {
            if (batch is not null)
            {
                batch.PublishedSeq = seq;
            }

            foreach (var signal in gone)
            {
                signal.RemovedSeq = seq;
            }
        });
        return added;
    }

    // What people here made of a value holds on when it comes again under another entry.
    private async Task CarryOver(Bank bank, IReadOnlyCollection<Signal> gone, Actor actor, CancellationToken ct)
    {
        var ids = gone.Select(s => s.Id).ToList();
        foreach (var standing in await db.SignalStandings.AsNoTracking().Where(s => ids.Contains(s.Signal) && s.State != StandingState.Counts).ToListAsync(ct))
        {
            var old = gone.Single(s => s.Id == standing.Signal);
            if (await db.Signals.Where(s => s.Bank == bank.Number && s.Type == old.Type && s.Value == old.Value && s.RemovedAt == null).Select(s => (long?)s.Id).SingleOrDefaultAsync(ct) is { } heir)
            {
                await stand.Run(heir, bank.Number, standing.State, standing.Why, new { before = old.Id }, actor, ct);
            }
        }
    }
}
