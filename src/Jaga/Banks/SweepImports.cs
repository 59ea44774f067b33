namespace Jaga.Banks;

/// <summary>Takes away what imports left behind whose process died before they were published. Nobody ever saw those signals.</summary>
public sealed class SweepImports(Db db, TimeProvider clock) : IRecurring
{
    public async Task<bool> Run(CancellationToken ct)
    {
        var dead = clock.GetUtcNow() - ImportSignals.Stale;
        foreach (var batch in await db.SignalBatches.AsNoTracking().Where(b => b.State != BatchState.Published && b.TouchedAt < dead).ToListAsync(ct))
        {
            await new SignalWriter(db).Discard(batch, ct);
        }

        return false;
    }
}
