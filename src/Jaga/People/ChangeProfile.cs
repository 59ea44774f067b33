using Jaga.Audit;

namespace Jaga.People;

/// <summary>Changes one's own name and language.</summary>
public sealed class ChangeProfile(Db db, AuditLog audit)
{
    /// <param name="Name">As shown to colleagues; null to leave it.</param>
    /// <param name="Language"><c>id</c> or <c>en</c>; null to leave it.</param>
    public sealed record Request(string? Name, string? Language);

    /// <exception cref="BadInput">Name or language cannot be.</exception>
    public async Task Run(Request request, Presence presence, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, presence.Me, ct);
        staff.Name = request.Name is null ? staff.Name : StaffMember.CheckName(request.Name);
        staff.Language = request.Language is null ? staff.Language : StaffMember.CheckLanguage(request.Language);
        audit.Record(presence.Actor, "staff.profile-changed", staff.Subject, "", new { staff.Language });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPut("/me", async (Request request, ChangeProfile change, Presence presence, CancellationToken ct) =>
        {
            await change.Run(request, presence, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.OwnAccount).WithSummary("Change one's own name and language");
}
