using Jaga.Obligations;

namespace Jaga.Deliveries;

/// <summary>Tells the leads of every job that died, each time that it did: work that was accepted must not lie dead unseen.</summary>
public sealed class TellOfDeadJobs(Db db, Notices notices, TimeProvider clock) : IRecurring
{
    private const int Batch = 100;

    public async Task<bool> Run(CancellationToken ct)
    {
        if (!await db.Jobs.AnyAsync(j => j.State == JobState.Dead && j.ToldAt == null, ct))
        {
            return false;
        }

        await using var transaction = await db.Begin(ct);
        var untold = await db.Jobs.AsNoTracking().Where(j => j.State == JobState.Dead && j.ToldAt == null).OrderBy(j => j.Id).Take(Batch).Select(j => new { j.Id, j.Kind }).ToListAsync(ct);
        foreach (var job in untold)
        {
            // Whoever retries it in this moment wins: it is told when it dies again.
            var now = clock.GetUtcNow();
            if (await db.Jobs.Where(j => j.Id == job.Id && j.State == JobState.Dead && j.ToldAt == null).ExecuteUpdateAsync(set => set.SetProperty(j => j.ToldAt, now), ct) == 1)
            {
                var says = new Sentence($"A job '{job.Kind}' failed {Job.MaxAttempts} times and needs a person to look at it.", $"Tugas '{job.Kind}' gagal {Job.MaxAttempts} kali dan perlu diperiksa oleh seseorang.");
                await notices.Tell(Whom.Lead, "leads", null, Subject.Of("job", job.Id), says, urgent: true, null, ct);
            }
        }

        await transaction.Commit(ct);
        return untold.Count == Batch;
    }
}
