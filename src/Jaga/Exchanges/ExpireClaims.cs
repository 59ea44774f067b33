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
            await using var transaction = await db.Begin(ct);
            var exchange = await db.Exchanges.AsNoTracking().SingleAsync(e => e.Bank == of.Key, ct);
            var progress = await db.ExchangeProgress.SingleAsync(p => p.Bank == of.Key, ct);
            progress.Step++;
            await take.Apply(exchange, progress, new() { Entries = [.. of.Select(d => d.Key).Distinct().Select(k => new ExchangeEntry(k, []))] }, ct);
            await transaction.Commit(ct);
        }

        return due.Count == Most;
    }
}
