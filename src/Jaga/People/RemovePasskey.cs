using Jaga.Audit;

namespace Jaga.People;

/// <summary>Removes one of one's own passkeys.</summary>
public sealed class RemovePasskey(Db db, AuditLog audit)
{
    /// <exception cref="NotFound">It is not among one's own.</exception>
    public async Task Run(Id<StaffPasskey> id, Presence presence, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var passkey = await db.StaffPasskeys.SingleOrDefaultAsync(p => p.Id == id && p.StaffId == presence.Me, ct) ?? throw new NotFound("passkey with this id");
        db.Remove(passkey);
        audit.Record(presence.Actor, "staff.passkey-removed", passkey.Subject, "", new { passkey = id });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapDelete("/me/passkeys/{id}", async (Id<StaffPasskey> id, RemovePasskey remove, Presence presence, CancellationToken ct) =>
        {
            await remove.Run(id, presence, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.OwnAccount).WithSummary("Remove a passkey");
}
