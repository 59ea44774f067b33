using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Witnesses;

/// <summary>Tells the leads that the audit log is not what was signed before: at once, and again each day as long as it is so.</summary>
public sealed class TellAuditBroken(Db db, Notices notices, TimeProvider clock) : IOnAuditBroken
{
    private static readonly TimeSpan Again = TimeSpan.FromHours(24);
    private static readonly Subject Log = new("audit-log", "broken");

    public async Task Run(string sentence, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Again;
        await using var transaction = await db.Begin(ct);
        if (!await db.Notices.AnyAsync(n => n.About.Kind == Log.Kind && n.About.Id == Log.Id && n.At > since, ct))
        {
            await notices.Tell(Whom.Lead, "leads", null, Log, new($"The audit log is not what was signed before. {sentence}", $"Log audit tidak sama dengan yang telah ditandatangani sebelumnya. {sentence}"), urgent: true, null, ct);
        }

        await transaction.Commit(ct);
    }
}
