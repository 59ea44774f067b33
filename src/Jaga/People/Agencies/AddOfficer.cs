namespace Jaga.People.Agencies;

/// <summary>Invites an officer, who then speaks for the agency and can do nothing else here.</summary>
public sealed class AddOfficer(Db db, InviteStaff invite)
{
    /// <param name="Language"><c>id</c> or <c>en</c>; null for the agency's.</param>
    public sealed record Request(string Email, string Name, string? Language = null);

    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="NotFound">There is no such agency.</exception>
    /// <exception cref="RuleBroken">Nobody made sure of the agency, it is closed, or somebody with this address is here.</exception>
    public async Task<InviteStaff.Invitation> Run(Id<Agency> id, Request request, Actor actor, CancellationToken ct)
    {
        var agency = await db.Agencies.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, ct) ?? throw new NotFound("agency with this id");
        agency.MustBeTrusted();
        return await invite.RunFor(agency.Subject, request.Email, request.Name, request.Language ?? agency.Language, actor, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/agencies/{id}/officers", (Id<Agency> id, Request request, AddOfficer add, Actor actor, CancellationToken ct) => add.Run(id, request, actor, ct))
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Invite an officer of an agency").WithDescription("The link is shown once.");
}
