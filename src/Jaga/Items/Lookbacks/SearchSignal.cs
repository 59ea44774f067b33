using Jaga.Audit;
using Jaga.Banks;
using Jaga.Items.Fingerprints;

namespace Jaga.Items.Lookbacks;

/// <summary>
/// Searches everything that was checked before for one signal that was out of use and counts again: meanwhile it met nothing. What is on the desk already is not brought again.
/// </summary>
public sealed class SearchSignal(Db db, Jobs jobs, AuditLog audit, PackFingerprints pack, TimeProvider clock) : IWork<SearchSignal.Work>, IOnReleased
{
    private static readonly Actor Me = Actor.System("lookback");

    /// <param name="Signal"><see cref="Signal.Id"/>.</param>
    public sealed record Work(long Signal);

    public Task Released(long signal, StandingState was, CancellationToken ct)
    {
        // What met it in quarantine was kept.
        if (was is StandingState.Disabled)
        {
            jobs.Later(new Work(signal));
        }

        return Task.CompletedTask;
    }

    public async Task Run(Work work, CancellationToken ct)
    {
        await pack.Full(ct);
        await using var transaction = await db.Begin(ct);
        var bank = await (from s in db.Signals join b in db.Banks on s.Bank equals b.Number where s.Id == work.Signal && s.RemovedAt == null && b.Enabled && b.OnMatch != OnMatch.Allow select b).AsNoTracking().SingleOrDefaultAsync(ct);
        if (bank is null)
        {
            return;
        }

        await pack.All(await Marks.Seq(db, ct), ct);
        var to = await db.SignalBatches.MaxAsync(b => b.PublishedSeq, ct) ?? 0;
        await BeginLookback.Open(db, audit, bank, 0, to, Me, clock.GetUtcNow(), ct, work.Signal);
        await transaction.Commit(ct);
    }
}
