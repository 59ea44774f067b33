namespace Jaga.Referrals;

/// <summary>Asks for NCMEC's schema every hour, also while nothing is to be sent: that it changed, or that the service lets nobody in, is known before the next report.</summary>
public sealed class WatchSchema(Db db, TipLinks links) : IRecurring
{
    public async Task<bool> Run(CancellationToken ct)
    {
        foreach (var production in await db.TipAccounts.AsNoTracking().OrderBy(a => a.Production).Select(a => a.Production).ToListAsync(ct))
        {
            if (await links.Of(production, ct) is { } link)
            {
                await links.Schema(production, link, ct);
            }
        }

        return false;
    }
}
