namespace Jaga.Deliveries;

/// <summary>
/// Takes due deliveries for one sender, by one conditional update: no other sender gets the same ones until the lease ends.
/// Of a stream only its first that waits is ever taken, which is what keeps its order.
/// </summary>
public sealed class LeaseDeliveries(Db db, TimeProvider clock, DeliverySettings settings)
{
    /// <summary>Takes up to <paramref name="most"/> of what is due for <paramref name="receiver"/>, in the order in which it is to be sent: of a backlog first the newest quarter.</summary>
    public async Task<List<Delivery>> Run(Receiver receiver, Guid sender, int most, CancellationToken ct)
    {
        // A month's backlog must not make today's messages wait for its end: a quarter of each take is of the newest.
        var oldest = await Take(receiver, sender, most - (most / 4), "d.due_at, d.seq", ct);
        var newest = oldest.Count == most - (most / 4) && most >= 4 ? await Take(receiver, sender, most / 4, "d.seq DESC", ct) : [];
        return [.. newest.OrderBy(d => d.Seq), .. oldest.OrderBy(d => d.Seq)];
    }

    /// <summary>Takes one delivery to see whether a receiver whose circuit is open answers again; one that was seldom tried, lest a bad message keep it shut, and of these rather mail to staff.</summary>
    public async Task<List<Delivery>> Probe(Receiver receiver, Guid sender, CancellationToken ct)
    {
        var now = clock.GetUtcNow();

        // Other nodes leave the receiver alone until this try must be over.
        var (id, next) = (receiver.Id, now + Lease(receiver));
        using (await db.WriteAlone(ct))
        {
            if (await db.Circuits.Where(c => c.Receiver == id && c.OpenUntil <= now).ExecuteUpdateAsync(set => set.SetProperty(c => c.OpenUntil, next), ct) == 0)
            {
                return [];
            }
        }

        return await Take(receiver, sender, 1, $"d.attempts, CASE WHEN d.type = '{MailMessage.Type}' THEN 0 ELSE 1 END, d.due_at", ct);
    }

    private async Task<List<Delivery>> Take(Receiver receiver, Guid sender, int most, string order, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        using var turn = await db.WriteAlone(ct);
#pragma warning disable EF1002 // Order and lock clause are this file's and the store's own words.
        return await db.Deliveries.FromSqlRaw(
            $$"""
            WITH picked AS MATERIALIZED (
                SELECT d.seq FROM deliveries d
                WHERE d.receiver = {0} AND d.state = 'Waiting' AND d.due_at <= {1} AND (d.leased_until IS NULL OR d.leased_until < {1})
                  AND (d.stream IS NULL OR NOT EXISTS (
                      SELECT 1 FROM deliveries e WHERE e.receiver = d.receiver AND e.stream = d.stream AND e.state = 'Waiting' AND e.seq < d.seq))
                ORDER BY {{order}} LIMIT {2} {{db.SkipLocked()}})
            UPDATE deliveries SET leased_by = {3}, leased_until = {4}, attempts = attempts + 1
            WHERE seq IN (SELECT seq FROM picked)
            RETURNING *
            """,
            receiver.Id.Value, db.Time(now), most, sender, db.Time(now + Lease(receiver))).AsNoTracking().ToListAsync(ct);
#pragma warning restore EF1002
    }

    // Time for one whole try beyond the lease proper, so that what is taken can always be sent.
    private TimeSpan Lease(Receiver receiver) => settings.Lease + receiver.Timeout;
}
