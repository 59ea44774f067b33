namespace Jaga.Banks;

/// <summary>Takes away what imports left behind that broke off before they were published, when nobody went on with them. Nobody ever saw those signals.</summary>
public sealed class SweepImports(Db db, TimeProvider clock) : IRecurring
{
    public async Task<bool> Run(CancellationToken ct)
    {
        var (dead, given) = (clock.GetUtcNow() - ImportSignals.Stale, clock.GetUtcNow() - ImportSignals.Resumable);
        foreach (var batch in await db.SignalBatches.AsNoTracking().Where(b => b.State != BatchState.Published && (b.TouchedAt < given || (b.TouchedAt < dead && (b.Written == 0 || b.State == BatchState.Discarded)))).ToListAsync(ct))
        {
            await new SignalWriter(db).Discard(batch, ct);
        }

        return false;
    }
}
