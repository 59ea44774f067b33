namespace Jaga.People.Agencies;

/// <summary>Closes an officer's account: over at once. What they did stays under their name.</summary>
public sealed class RemoveOfficer(Db db, DisableStaff disable)
{
    /// <exception cref="NotFound">This agency has no such officer.</exception>
    /// <exception cref="RuleBroken">The account is closed already.</exception>
    public async Task Run(Id<Agency> id, Id<StaffMember> officer, Actor actor, CancellationToken ct)
    {
        var agency = Subject.Of("agency", id);
        if (!await db.Staff.AnyAsync(s => s.Id == officer && s.SpeaksFor == agency, ct))
        {
            throw new NotFound("officer of this agency with this id");
        }

        await disable.Run(officer, new("No longer speaks for the agency."), actor, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapDelete("/agencies/{id}/officers/{officer}", async (Id<Agency> id, Id<StaffMember> officer, RemoveOfficer remove, Actor actor, CancellationToken ct) =>
        {
            await remove.Run(id, officer, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Close an officer's account");
}
