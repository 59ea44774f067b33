using Jaga.Exchanges.Protocols;

namespace Jaga.Exchanges;

/// <summary>Takes out of the banks what has had its time: entries whose exchange gave them an end, and those that were not told again for as long as the operator keeps them.</summary>
public sealed class ExpireClaims(Db db, TakePage take, TimeProvider clock) : IRecurring
{
    private const int Most = 500;

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await db.ExchangeClaims.AsNoTracking().Where(c => c.ExpiresAt <= now).OrderBy(c => c.ExpiresAt).Select(c => new { c.Bank, c.Key }).Take(Most).ToListAsync(ct);
        foreach (var of in due.GroupBy(d => d.Bank))
        {
            await Drop(of.Key, [.. of.Select(d => d.Key).Distinct()], now, ct);
        }

        return due.Count == Most;
    }

    // Looked at again within: a page that told of an entry anew in between has given it more time, and the exchange does not tell it a second time.
    internal async Task Drop(int bank, IReadOnlyCollection<string> keys, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var exchange = await db.Exchanges.AsNoTracking().SingleAsync(e => e.Bank == bank, ct);
        var progress = await db.ExchangeProgress.SingleAsync(p => p.Bank == bank, ct);
        var due = await db.ExchangeClaims.Where(c => c.Bank == bank && c.ExpiresAt <= now && keys.Contains(c.Key)).Select(c => c.Key).Distinct().ToListAsync(ct);
        progress.Step++;
        await take.Apply(exchange, progress, new() { Entries = [.. due.Select(k => new ExchangeEntry(k, []))] }, ct);
        await transaction.Commit(ct);
    }
}
