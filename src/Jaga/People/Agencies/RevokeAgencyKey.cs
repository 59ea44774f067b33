namespace Jaga.People.Agencies;

/// <summary>Revokes a key of an agency's program: over at once on this node, within seconds on others.</summary>
public sealed class RevokeAgencyKey(Db db, RevokeApiKey revoke)
{
    /// <exception cref="NotFound">This agency has no such key.</exception>
    public async Task Run(Id<Agency> id, Id<ApiKey> key, Actor actor, CancellationToken ct)
    {
        var agency = Subject.Of("agency", id);
        if (!await db.ApiKeys.AnyAsync(k => k.Id == key && k.SpeaksFor == agency, ct))
        {
            throw new NotFound("key of this agency with this id");
        }

        await revoke.Run(key, actor, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapDelete("/agencies/{id}/keys/{key}", async (Id<Agency> id, Id<ApiKey> key, RevokeAgencyKey revoke, Actor actor, CancellationToken ct) =>
        {
            await revoke.Run(id, key, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Revoke a key of an agency");
}
