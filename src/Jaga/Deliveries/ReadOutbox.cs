namespace Jaga.Deliveries;

/// <summary>The numbers of what is on its way, for the first screen, health and metrics.</summary>
public sealed class ReadOutbox(Db db)
{
    /// <param name="Unsent">Deliveries that nobody has confirmed yet.</param>
    /// <param name="Failing">Of these, those whose last try failed.</param>
    /// <param name="OldestAt">When the oldest of them was written; null when all is sent.</param>
    /// <param name="OpenCircuits">Receivers to which nothing gets through.</param>
    /// <param name="DeadJobs">Jobs that a person must look at.</param>
    public sealed record Numbers(int Unsent, int Failing, DateTimeOffset? OldestAt, IReadOnlyList<string> OpenCircuits, int DeadJobs);

    public async Task<Numbers> Run(CancellationToken ct)
    {
        var waiting = db.Deliveries.Where(d => d.State == DeliveryState.Waiting);
        return new(
            await waiting.CountAsync(ct),
            await waiting.CountAsync(d => d.FirstFailedAt != null, ct),
            await waiting.MinAsync(d => (DateTimeOffset?)d.CreatedAt, ct),
            await db.Receivers.Where(r => db.Circuits.Any(c => c.Receiver == r.Id && c.OpenedAt != null)).Select(r => r.Name).OrderBy(n => n).ToListAsync(ct),
            await db.Jobs.CountAsync(j => j.State == JobState.Dead, ct));
    }
}
