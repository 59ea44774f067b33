namespace Jaga.Obligations;

/// <summary>A person decides that something is not owed after all, and says why.</summary>
public sealed class CancelObligation(Db db, Duties duties)
{
    public sealed record Request(string Reason);

    public async Task Run(Id<Obligation> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        await duties.Cancel(id, request.Reason, actor, ct);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/obligations/{id}/cancel", async (Id<Obligation> id, Request request, Actor actor, CancelObligation cancel, CancellationToken ct) =>
        {
            await cancel.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditObligations).WithTags("Obligations").WithSummary("Cancel with a reason");
}
