using Jaga.Obligations;

namespace Jaga.Exchanges;

/// <summary>Watches how far each bank lags behind its exchange. More than is allowed is an obligation to catch up, with its own ladder; the run that catches up keeps it.</summary>
public sealed class WatchLag(Db db, Duties duties, ExchangeMeter meter, TimeProvider clock) : IRecurring
{
    /// <summary>The duty that too long a lag is.</summary>
    public const string Clause = "house.catch-up-exchange";

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var all = await (from e in db.Exchanges.AsNoTracking() join p in db.ExchangeProgress.AsNoTracking() on e.Bank equals p.Bank select new { e, p }).ToListAsync(ct);
        meter.Lags(all.ToDictionary(x => x.e.Name, x => ReadExchanges.Lag(x.e, x.p, now)));
        var owed = (await db.Obligations.Where(o => o.Clause == Clause && (o.State == ObligationState.Open || o.State == ObligationState.Broken)).Select(o => o.About.Id).ToListAsync(ct)).ToHashSet();
        foreach (var (exchange, progress) in all.Select(x => (x.e, x.p)))
        {
            var late = !exchange.Paused && ReadExchanges.Lag(exchange, progress, now) > TimeSpan.FromHours(exchange.AllowedLagHours);
            var known = owed.Contains(exchange.Id.ToString());
            if (late == known || (known && exchange.Paused))
            {
                continue;
            }

            await using var transaction = await db.Begin(ct);
            if (late)
            {
                duties.Open(Clause, exchange.Subject, $"everybody whom '{exchange.Name}' protects", TakePage.Me);
            }
            else
            {
                await duties.Keep(exchange.Subject, Clause, new Subject("receipt", $"{exchange.Id}/{progress.Run}"), TakePage.Me, ct);
            }

            await transaction.Commit(ct);
        }

        return false;
    }
}
