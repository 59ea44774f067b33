using Jaga.Evidence;

namespace Jaga.Cases;

/// <summary>Allows a look that somebody else asked for: for that case, for a day.</summary>
public sealed class AllowReveal(Db db, SecondWords words)
{
    /// <exception cref="NotFound">Nobody asked for such a look.</exception>
    /// <exception cref="RuleBroken">The same person asked, it was allowed before, or it is too late.</exception>
    public async Task<SecondWord> Run(Id<SecondWord> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        return await transaction.Commit(await words.Allow(id, TwoPersonAct.Reveal, actor, ct), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/reveals/asked/{id}/allow", (Id<SecondWord> id, AllowReveal allow, Actor actor, CancellationToken ct) => allow.Run(id, actor, ct))
        .Requires(Permission.AllowReveals)
        .WithSummary("Allow a look that somebody else asked for");
}
