namespace Jaga.People.Agencies;

/// <summary>Makes a key for a program of the agency. It opens the agency's door and nothing else. Its text is shown once.</summary>
public sealed class AddAgencyKey(Db db, CreateApiKey create)
{
    /// <param name="Name">What it is for; 1 to 100 characters.</param>
    /// <param name="ExpiresAt">When it stops working; null for never.</param>
    public sealed record Request(string Name, DateTimeOffset? ExpiresAt = null);

    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="NotFound">There is no such agency.</exception>
    /// <exception cref="RuleBroken">Nobody made sure of the agency, or it is closed.</exception>
    public async Task<CreateApiKey.Created> Run(Id<Agency> id, Request request, Actor actor, CancellationToken ct)
    {
        var agency = await db.Agencies.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, ct) ?? throw new NotFound("agency with this id");
        agency.MustBeTrusted();
        return await create.RunFor(agency.Subject, new(request.Name, [Permission.UseAgencyDoor], null, request.ExpiresAt), actor, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/agencies/{id}/keys", (Id<Agency> id, Request request, AddAgencyKey add, Actor actor, CancellationToken ct) => add.Run(id, request, actor, ct))
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Make a key for an agency's program").WithDescription("Its text is shown once.");
}
