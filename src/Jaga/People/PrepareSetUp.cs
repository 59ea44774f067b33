using Jaga.Audit;

namespace Jaga.People;

/// <summary>While nobody is there: makes the link with which the first administrator introduces themselves. Each start makes a new one in place of the last.</summary>
public sealed class PrepareSetUp(Db db, AuditLog audit, TimeProvider clock)
{
    /// <returns>The link's path and query, or null when somebody is there already.</returns>
    public async Task<string?> Run(CancellationToken ct)
    {
        if (await db.Staff.AnyAsync(ct))
        {
            return null;
        }

        await using var transaction = await db.Begin(ct);
        var token = await StaffLink.New(db, LinkKind.SetUp, null, clock.GetUtcNow(), ct);
        audit.Record(Actor.System("people"), "set-up.prepared", new("staff", "first"));
        await transaction.Commit(ct);
        return StaffLink.Path(LinkKind.SetUp, token);
    }
}
