using Jaga.Audit;

namespace Jaga.People;

/// <summary>Gives a member of staff other roles. They hold from the next request on. One administrator always stays.</summary>
public sealed class SetRoles(Db db, AuditLog audit)
{
    /// <summary>All the roles that the person is to hold; at least one.</summary>
    public sealed record Request(IReadOnlyList<Role> Roles);

    /// <exception cref="BadInput">No roles, or one that is not for members of staff.</exception>
    /// <exception cref="RuleBroken">Nobody would be administrator any more, or this is an agency's officer.</exception>
    public async Task Run(Id<StaffMember> id, Request request, Actor actor, CancellationToken ct)
    {
        var roles = StaffMember.CheckRoles(request.Roles);
        await using var transaction = await db.Begin(ct);
        await LastAdministrator.HoldAll(db, ct);
        var staff = await StaffMember.Hold(db, id, ct);
        var before = staff.Roles;
        if (staff.SpeaksFor is not null)
        {
            throw new RuleBroken("An officer speaks for an agency and holds no role at the desk.");
        }

        staff.Roles = roles;
        await LastAdministrator.MustStay(db, staff, ct);
        audit.Record(actor, "staff.roles-set", staff.Subject, "", new { before, after = roles });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPut("/people/staff/{id}/roles", async (Id<StaffMember> id, Request request, SetRoles set, Actor actor, CancellationToken ct) =>
        {
            await set.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditPeople).WithSummary("Set the roles of a member of staff");
}
