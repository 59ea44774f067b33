using Jaga.Audit;

namespace Jaga.Banks;

/// <summary>
/// The house's own banks of what it decided: a decision sets the item's fingerprints aside in its own transaction, so that the next copy is met at once,
/// and a successful appeal takes them back, unless another decision stands on the same fingerprint. There is one bank for each category, made by the first decision.
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
        await Claim(bank, signals, decidedIn, ct);
        batch.Publish(added, clock.GetUtcNow());
        audit.Record(actor, "bank.extended", bank.Subject, decidedIn.ToString(), new { batch = batch.Number, added, duplicates = signals.Count - added });
        changes.Stamp(seq => batch.PublishedSeq = seq);
        return added;
    }

    /// <summary>Takes back what <see cref="Add"/> set aside for <paramref name="decidedIn"/>, in the caller's transaction. What another decision set aside too stays.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> TakeBack(Subject decidedIn, string why, Actor actor, CancellationToken ct)
    {
        // Whoever sets aside holds this row to the end: nobody claims a signal that is just being taken out.
        await BankCounter.Take(db, "batch", 0, ct);
        var source = decidedIn.ToString();
        var found = await (
            from claim in db.Set<SignalClaim>()
            join signal in db.Signals on claim.Signal equals signal.Id
            join bank in db.Banks on signal.Bank equals bank.Number
            where claim.Source == source && signal.RemovedAt == null && !db.Set<SignalClaim>().Any(other => other.Signal == claim.Signal && other.Source != source)
            select new { bank, signal }).ToListAsync(ct);
        await db.Set<SignalClaim>().Where(c => c.Source == source).ExecuteDeleteAsync(ct);
        foreach (var one in found)
        {
            await RemoveSignal.TakeOut(db, audit, changes, one.bank, one.signal, why, actor, clock.GetUtcNow(), ct);
        }

        return found.Count;
    }

    // By value: what the bank had already stands on this decision too.
    private async Task Claim(Bank bank, IReadOnlyList<NewSignal> signals, Subject decidedIn, CancellationToken ct)
    {
        var source = decidedIn.ToString();
        foreach (var signal in signals)
        {
            var (type, value) = (signal.Type.ToString(), signal.Value.ToArray());
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO signal_claims (signal, source) SELECT id, {source} FROM signals WHERE bank = {bank.Number} AND type = {type} AND value = {value} AND removed_at IS NULL ON CONFLICT DO NOTHING", ct);
        }
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
