using Jaga.People;

namespace Jaga.Reports.Flaggers;

/// <summary>Revokes a key of a flagger's program: over at once on this node, within seconds on others.</summary>
public sealed class RevokeFlaggerKey(Db db, RevokeApiKey revoke)
{
    /// <exception cref="NotFound">This flagger has no such key.</exception>
    public async Task Run(Id<Flagger> id, Id<ApiKey> key, Actor actor, CancellationToken ct)
    {
        var flagger = Subject.Of("flagger", id);
        if (!await db.ApiKeys.AnyAsync(k => k.Id == key && k.SpeaksFor == flagger, ct))
        {
            throw new NotFound("key of this flagger with this id");
        }

        await revoke.Run(key, actor, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/flaggers/{id}/keys/{key}", async (Id<Flagger> id, Id<ApiKey> key, RevokeFlaggerKey revoke, Actor actor, CancellationToken ct) =>
        {
            await revoke.Run(id, key, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditFlaggers)
        .WithSummary("Revoke a key of a flagger");
}
