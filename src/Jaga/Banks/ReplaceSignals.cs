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
        await CarryOver(bank, fresh, actor, ct);
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

    // What people here made of a value holds on when it comes again, under another entry of the same page or years later.
    private async Task CarryOver(Bank bank, IReadOnlyList<NewSignal> fresh, Actor actor, CancellationToken ct)
    {
        var values = fresh.Select(s => s.Value.ToArray()).ToList();
        var stood = await (
            from standing in db.SignalStandings.AsNoTracking()
            join signal in db.Signals.AsNoTracking() on standing.Signal equals signal.Id
            where standing.Bank == bank.Number && signal.RemovedAt != null && values.Contains(signal.Value)
            select new { standing, signal.Type, signal.Value }).ToListAsync(ct);

        // Of a value that came and went several times its last standing holds.
        foreach (var last in stood.GroupBy(s => (s.Type, Convert.ToHexString(s.Value))).Select(g => g.MaxBy(s => s.standing.Signal)!).Where(s => s.standing.State is not StandingState.Counts))
        {
            if (await db.Signals.Where(s => s.Bank == bank.Number && s.Type == last.Type && s.Value == last.Value && s.RemovedAt == null).Select(s => (long?)s.Id).SingleOrDefaultAsync(ct) is { } heir)
            {
                await stand.Run(heir, bank.Number, last.standing.State, last.standing.Why, new { before = last.standing.Signal }, actor, ct);
            }
        }
    }
}
