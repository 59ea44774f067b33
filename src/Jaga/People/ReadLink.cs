namespace Jaga.People;

/// <summary>Looks at a one-time link without using it, so that nobody fills in a form that will be refused.</summary>
public sealed class ReadLink(Db db, TimeProvider clock)
{
    /// <summary>Whether the link still opens what it is for.</summary>
    public async Task<bool> Run(LinkKind kind, string token, CancellationToken ct) =>
        await StaffLink.Find(db, kind, token, clock.GetUtcNow(), ct) is not null && !(kind is LinkKind.SetUp && await db.Staff.AnyAsync(ct));
}
