using Jaga.Audit;

namespace Jaga.Items.Lookbacks;

/// <summary>Shares the parts of running look-backs out among threads and nodes: each is held by one at a time, and free again when its holder gives no sign of life.</summary>
internal sealed class LookbackLeases(IServiceScopeFactory scopes, TimeProvider clock, LookbackSettings settings)
{
    /// <summary>Takes a part for <paramref name="me"/>; null where none is free.</summary>
    public Task<LookbackPart?> Take(Guid me, CancellationToken ct) => Do(async db =>
    {
        var now = clock.GetUtcNow();
        using var turn = await db.WriteAlone(ct);
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        return (await db.Set<LookbackPart>().FromSqlRaw(
            $$"""
            UPDATE lookback_parts SET leased_by = {0}, leased_until = {1}
            WHERE (lookback, number) IN (
                SELECT lookback, number FROM lookback_parts
                WHERE lookback IN (SELECT id FROM lookbacks WHERE state = 'Running') AND NOT ended AND (leased_until IS NULL OR leased_until < {2})
                ORDER BY lookback, number LIMIT 1 {{db.SkipLocked()}})
            RETURNING *
            """,
            me, db.Time(now + settings.Lease), db.Time(now)).AsNoTracking().ToListAsync(ct)).SingleOrDefault();
#pragma warning restore EF1002
    });

    /// <summary>Writes down where a part stands. False where its holder shall stop: the look-back was paused or ended, or the lease was lost.</summary>
    /// <param name="done">Checks searched since the last time.</param>
    public Task<bool> Checkpoint(LookbackPart part, Guid me, long next, long done, CancellationToken ct) => Do(async db =>
    {
        var until = db.Time(clock.GetUtcNow() + settings.Lease);
        using var turn = await db.WriteAlone(ct);
        return await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE lookback_parts SET next_block = {next}, done = done + {done}, leased_until = {until}
            WHERE lookback = {part.Lookback.Value} AND number = {part.Number} AND leased_by = {me}
            """, ct) == 1 && await db.Lookbacks.AnyAsync(l => l.Id == part.Lookback && l.State == LookbackState.Running, ct);
    });

    /// <summary>Gives a part back: at its end, or where it stands.</summary>
    public Task Give(LookbackPart part, Guid me, CancellationToken ct) => Do(async db =>
    {
        using var turn = await db.WriteAlone(ct);
        return await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE lookback_parts SET leased_by = NULL, leased_until = NULL, ended = next_block > last_block, done = CASE WHEN next_block > last_block THEN total ELSE done END
            WHERE lookback = {part.Lookback.Value} AND number = {part.Number} AND leased_by = {me}
            """, ct);
    });

    /// <summary>Ends look-backs of which every part is searched.</summary>
    public async Task Finish(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, audit) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        var through = db.Lookbacks.Where(l => l.State == LookbackState.Running && !db.LookbackParts.Any(p => p.Lookback == l.Id && !p.Ended));
        if (!await through.AnyAsync(ct))
        {
            return;
        }

        try
        {
            await using var transaction = await db.Begin(ct);
            foreach (var lookback in await through.ToListAsync(ct))
            {
                lookback.Finish(clock.GetUtcNow());
                var found = await db.LookbackParts.Where(p => p.Lookback == lookback.Id).SumAsync(p => p.Found, ct);
                audit.Record(Actor.System("lookback"), "lookback.finished", lookback.Subject, "", new { lookback.Signals, checks = lookback.Total, found });
            }

            await transaction.Commit(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another node finished it in the same moment, or a person ended it.
        }
    }

    private async Task<T> Do<T>(Func<Db, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<Db>());
    }
}
