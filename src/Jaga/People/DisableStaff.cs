using Jaga.Audit;
using Jaga.People.Agencies;

namespace Jaga.People;

/// <summary>Closes an account, and ends its sessions at once; or opens it again. The person's acts stay in the record under their name.</summary>
public sealed class DisableStaff(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="Why">For the audit log.</param>
    public sealed record Request(string Why);

    /// <exception cref="RuleBroken">The account is closed already, or nobody would be administrator any more.</exception>
    public async Task Run(Id<StaffMember> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        await LastAdministrator.HoldAll(db, ct);
        var staff = await StaffMember.Hold(db, id, ct);
        staff.Disable(clock.GetUtcNow());
        await LastAdministrator.MustStay(db, staff, ct);
        await Session.EndAll(db, id, null, clock.GetUtcNow(), ct);
        await db.StaffLinks.Where(l => l.StaffId == id).ExecuteDeleteAsync(ct);
        audit.Record(actor, "staff.disabled", staff.Subject, request.Why);
        await transaction.Commit(ct);
    }

    /// <exception cref="RuleBroken">The account is open, or speaks for an agency that is closed.</exception>
    public async Task Undo(Id<StaffMember> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, id, ct);
        if (staff.SpeaksFor is { } speaks && await Agency.IsClosed(db, speaks, ct))
        {
            throw new RuleBroken("The agency that this officer speaks for is closed.");
        }

        staff.Enable();
        audit.Record(actor, "staff.enabled", staff.Subject, request.Why);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/people/staff/{id}/disable", async (Id<StaffMember> id, Request request, DisableStaff disable, Actor actor, CancellationToken ct) =>
        {
            await disable.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditPeople).WithSummary("Close an account");
        api.MapPost("/people/staff/{id}/enable", async (Id<StaffMember> id, Request request, DisableStaff disable, Actor actor, CancellationToken ct) =>
        {
            await disable.Undo(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditPeople).WithSummary("Open a closed account again");
    }
}
