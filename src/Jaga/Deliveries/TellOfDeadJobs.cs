using Jaga.Obligations;

namespace Jaga.Deliveries;

/// <summary>Tells the leads of every job that died: work that was accepted must not lie dead unseen.</summary>
public sealed class TellOfDeadJobs(Db db, Notices notices) : IRecurring
{
    private const int Batch = 100;

    public async Task<bool> Run(CancellationToken ct)
    {
        if (!await db.Jobs.AnyAsync(j => j.State == JobState.Dead, ct))
        {
            return false;
        }

        await using var transaction = await db.Begin(ct);
        var told = (await db.Notices.Where(n => n.About.Kind == "job").Select(n => n.About.Id).ToListAsync(ct)).ToHashSet();
        var untold = (await db.Jobs.AsNoTracking().Where(j => j.State == JobState.Dead).Select(j => new { j.Id, j.Kind }).ToListAsync(ct)).Where(j => !told.Contains(j.Id.ToString())).Take(Batch).ToList();
        foreach (var job in untold)
        {
            var says = new Sentence($"A job '{job.Kind}' failed {Job.MaxAttempts} times and needs a person to look at it.", $"Tugas '{job.Kind}' gagal {Job.MaxAttempts} kali dan perlu diperiksa oleh seseorang.");
            await notices.Tell(Whom.Lead, "leads", null, Subject.Of("job", job.Id), says, urgent: true, null, ct);
        }

        await transaction.Commit(ct);
        return untold.Count == Batch;
    }
}
