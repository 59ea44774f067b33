using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>Forgets what staff were told long ago, who was called and who had read it. The rungs that fell, and their lines in the audit log, stay.</summary>
public sealed class ForgetNotices(Db db, AuditLog audit, ObligationSettings settings, TimeProvider clock) : IRecurring
{
    /// <summary>How often it is looked for.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private const int Batch = 500;

    public async Task<bool> Run(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - settings.KeepNotices;
        var old = db.Notices.Where(n => n.At < before && n.NextCallAt == null);
        if (settings.KeepNotices == TimeSpan.Zero || !await old.AnyAsync(ct))
        {
            return false;
        }

        await using var transaction = await db.Begin(ct);
        var ids = await old.OrderBy(n => n.Id).Take(Batch).Select(n => n.Id).ToListAsync(ct);
        await db.NoticeCalls.Where(c => ids.Contains(c.Notice)).ExecuteDeleteAsync(ct);
        await db.NoticeReads.Where(r => ids.Contains(r.Notice)).ExecuteDeleteAsync(ct);
        await db.Notices.Where(n => ids.Contains(n.Id)).ExecuteDeleteAsync(ct);
        audit.Record(Actor.System("obligations"), "notices.forgotten", new("notices", "old"), "", new { ids.Count, before });
        await transaction.Commit(ct);
        return ids.Count == Batch;
    }
}
