using Jaga.Audit;

namespace Jaga.People;

/// <summary>Revokes an API key: over at once on this node, within seconds on others.</summary>
public sealed class RevokeApiKey(Db db, AuditLog audit, KnownKeys known, TimeProvider clock)
{
    /// <exception cref="NotFound">There is no such key.</exception>
    public async Task Run(Id<ApiKey> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var key = await db.ApiKeys.SingleOrDefaultAsync(k => k.Id == id, ct) ?? throw new NotFound("API key with this id");
        if (key.RevokedAt is null)
        {
            key.RevokedAt = clock.GetUtcNow();
            audit.Record(actor, "api-key.revoked", key.Subject);
        }

        await transaction.Commit(ct);
        known.Forget(key);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapDelete("/people/keys/{id}", async (Id<ApiKey> id, RevokeApiKey revoke, Actor actor, CancellationToken ct) =>
        {
            await revoke.Run(id, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditPeople).WithSummary("Revoke an API key");
}
