namespace Jaga.Evidence;

/// <summary>Allows an export that somebody else asked for.</summary>
public sealed class AllowExport(Db db, SecondWords words)
{
    /// <exception cref="NotFound">Nobody asked for such an export.</exception>
    /// <exception cref="RuleBroken">The same person asked, it was allowed before, or it is too late.</exception>
    public async Task<SecondWord> Run(Id<SecondWord> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        return await transaction.Commit(await words.Allow(id, TwoPersonAct.Export, actor, ct), ct);
    }

    /// <summary><c>POST /evidence/exports/{id}/allow</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/exports/{id}/allow", (Id<SecondWord> id, AllowExport allow, Actor actor, CancellationToken ct) => allow.Run(id, actor, ct))
        .Requires(Permission.ExportEvidence).WithSummary("Allow an export that somebody else asked for");
}
