using Jaga.Audit;

namespace Jaga.People;

/// <summary>Adds a member of staff and makes the link with which they choose a password; or makes a new link for one who lost theirs.</summary>
public sealed class InviteStaff(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="Language"><c>id</c> or <c>en</c>.</param>
    public sealed record Request(string Email, string Name, IReadOnlyList<Role> Roles, string Language = "id");

    /// <param name="ResetSecondFactor">True to remove the authenticator app and passkeys too, for somebody who lost their devices.</param>
    public sealed record Renewal(bool ResetSecondFactor);

    /// <param name="Link">Path and query of the single-use link, good for seven days. Shown once, and empty when the same request is answered again; whoever holds it is taken for the invited person.</param>
    public sealed record Invitation(Id<StaffMember> Id, string Link)
    {
        /// <summary>Never shows the link.</summary>
        public override string ToString() => $"invitation of {Id}";
    }

    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="RuleBroken">There is somebody with this address.</exception>
    public Task<Invitation> Run(Request request, Actor actor, CancellationToken ct) =>
        Invite(StaffMember.New(request.Email, request.Name, request.Language, request.Roles, clock.GetUtcNow()), actor, ct);

    /// <summary>Invites an officer of an agency. Called by the room that knows the agency.</summary>
    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="RuleBroken">There is somebody with this address.</exception>
    public Task<Invitation> RunFor(Subject agency, string email, string name, string language, Actor actor, CancellationToken ct) =>
        Invite(StaffMember.NewOfficer(email, name, language, agency, clock.GetUtcNow()), actor, ct);

    private async Task<Invitation> Invite(StaffMember staff, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        if (await db.Staff.AnyAsync(s => s.Email == staff.Email, ct))
        {
            throw new RuleBroken("Somebody with this address is here already.");
        }

        db.Add(staff);
        var token = await StaffLink.New(db, LinkKind.Invitation, staff.Id, clock.GetUtcNow(), ct);
        audit.Record(actor, "staff.invited", staff.Subject, "", new { staff.Roles, staff.SpeaksFor });
        return await transaction.Commit(new Invitation(staff.Id, ""), ct) with { Link = StaffLink.Path(LinkKind.Invitation, token) };
    }

    /// <summary>A new link for somebody who is here. The password works until a new one is chosen.</summary>
    public async Task<Invitation> Renew(Id<StaffMember> id, Renewal request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, id, ct);
        if (request.ResetSecondFactor)
        {
            staff.RemoveTotp();
            db.RemoveRange(await db.StaffPasskeys.Where(p => p.StaffId == id).ToListAsync(ct));
        }

        var token = await StaffLink.New(db, LinkKind.Invitation, id, clock.GetUtcNow(), ct);
        audit.Record(actor, "staff.invited-again", staff.Subject, "", request);
        return await transaction.Commit(new Invitation(id, ""), ct) with { Link = StaffLink.Path(LinkKind.Invitation, token) };
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/people/staff", (Request request, InviteStaff invite, Actor actor, CancellationToken ct) => invite.Run(request, actor, ct))
            .Requires(Permission.EditPeople).WithSummary("Invite a member of staff");
        api.MapPost("/people/staff/{id}/invitation", (Id<StaffMember> id, Renewal request, InviteStaff invite, Actor actor, CancellationToken ct) => invite.Renew(id, request, actor, ct))
            .Requires(Permission.EditPeople).WithSummary("Make a new link for a member of staff who lost password or devices");
    }
}
