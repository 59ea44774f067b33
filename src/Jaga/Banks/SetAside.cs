using Jaga.Audit;

namespace Jaga.Banks;

/// <summary>
/// The house's own banks of what it decided: a decision sets the item's fingerprints aside in its own transaction, so that the next copy is met at once,
/// and a successful appeal takes them back. There is one bank for each category, made by the first decision.
/// </summary>
public sealed class SetAside(Db db, AuditLog audit, Changes changes, TimeProvider clock)
{
    /// <summary>The name of the bank of what was decided to be <paramref name="category"/>.</summary>
    public static string NameOf(string category) => $"Decided here: {category}";

    /// <summary>Adds fingerprints of a decided item, in the caller's transaction. What the bank has already is passed over.</summary>
    /// <param name="category">The law's category, one label word, e.g. <c>terrorism</c>.</param>
    /// <param name="decidedIn">What they were decided in, e.g. the case; becomes their entry.</param>
    /// <returns>How many the bank did not have.</returns>
    /// <exception cref="BadInput">The category is not a label.</exception>
    public async Task<int> Add(string category, IReadOnlyList<NewSignal> signals, Subject decidedIn, Actor actor, CancellationToken ct)
    {
        if (!LabelWords.IsWord(category))
        {
            throw new BadInput("category", LabelWords.Rule);
        }

        if (signals.Count == 0)
        {
            return 0;
        }

        var bank = await Find(category, ct) ?? await Make(category, actor, ct);
        var batch = await AddSignals.Stage(db, bank, decidedIn.ToString(), signals.Count, actor, clock.GetUtcNow(), ct);
        var told = signals.Select(s => s.Entry.Length > 0 ? s : s with { Entry = decidedIn.ToString() }).ToList();
        var added = await new SignalWriter(db).Write(told, bank.Number, batch.Number, batch.FirstSignal, ct);
        batch.Publish(added, clock.GetUtcNow());
        audit.Record(actor, "bank.extended", bank.Subject, decidedIn.ToString(), new { batch = batch.Number, added, duplicates = signals.Count - added });
        changes.Stamp(seq => batch.PublishedSeq = seq);
        return added;
    }

    /// <summary>Removes what <see cref="Add"/> added for <paramref name="decidedIn"/>, in the caller's transaction.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> TakeBack(Subject decidedIn, string why, Actor actor, CancellationToken ct)
    {
        var source = decidedIn.ToString();
        var found = await (
            from bank in db.Banks
            join batch in db.SignalBatches on bank.Number equals batch.Bank
            join signal in db.Signals on batch.Number equals signal.Batch
            where bank.Origin == BankOrigin.Decisions && batch.Source == source && signal.Id >= batch.FirstSignal && signal.Id < batch.FirstSignal + batch.Reserved && signal.RemovedAt == null
            select new { bank, signal }).ToListAsync(ct);
        foreach (var one in found)
        {
            await RemoveSignal.TakeOut(db, audit, changes, one.bank, one.signal, why, actor, clock.GetUtcNow(), ct);
        }

        return found.Count;
    }

    private Task<Bank?> Find(string category, CancellationToken ct)
    {
        var name = NameOf(category);
        return db.Banks.SingleOrDefaultAsync(b => b.Name == name && b.Origin == BankOrigin.Decisions, ct);
    }

    private async Task<Bank> Make(string category, Actor actor, CancellationToken ct)
    {
        // Two first decisions at once: the second waits here until the first has committed, and then finds its bank.
        await BankCounter.Take(db, "bank", 1, ct);
        return await Find(category, ct) ?? await CreateBank.Open(
            db, audit, changes, clock, new(new() { Name = NameOf(category), Labels = [category], Description = "Fingerprints of items that were decided here." }, BankOrigin.Decisions), actor, ct);
    }
}
