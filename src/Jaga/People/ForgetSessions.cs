namespace Jaga.People;

/// <summary>Forgets sessions and links that have long ended: where people signed in from is nobody's business for ever. That they did stays in the audit log.</summary>
public sealed class ForgetSessions(Db db, TimeProvider clock) : IRecurring
{
    public async Task<bool> Run(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - Session.Kept;
        await db.Sessions.Where(s => s.ExpiresAt < before).ExecuteDeleteAsync(ct);
        await db.StaffLinks.Where(l => l.ExpiresAt < before).ExecuteDeleteAsync(ct);
        return false;
    }
}
