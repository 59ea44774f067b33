namespace Jaga.Cases;

/// <summary>The hold ended: how long the look lasted, as far as the page could tell.</summary>
public sealed class EndReveal(Db db)
{
    public sealed record Request(int Milliseconds);

    public async Task Run(Id<Reveal> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var reveal = await db.Reveals.SingleOrDefaultAsync(r => r.Id == id && r.By == actor.Id, ct) ?? throw new NotFound("such reveal of yours");
        reveal.End(request.Milliseconds);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/reveals/{id}/end", async (Id<Reveal> id, Request request, EndReveal end, Actor actor, CancellationToken ct) =>
        {
            await end.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.DecideCases)
        .WithSummary("Tell how long a look lasted");
}
