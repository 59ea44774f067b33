using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>A person explains why something that was owed was broken, kept late or cancelled; it stands in every report from then on.</summary>
public sealed class ExplainObligation(Db db, AuditLog audit, TimeProvider clock)
{
    private const int MaxWords = 2000;

    public sealed record Request(string Words);

    /// <exception cref="NotFound">There is no such obligation.</exception>
    /// <exception cref="RuleBroken">It was kept in time, or may still be.</exception>
    public async Task Run(Id<Obligation> id, Request request, Actor actor, CancellationToken ct)
    {
        if (request.Words?.Trim() is not { Length: > 0 and <= MaxWords } words)
        {
            throw new BadInput("words", $"Say it in words, at most {MaxWords} characters.");
        }

        await using var transaction = await db.Begin(ct);
        var state = await db.Obligations.Where(o => o.Id == id).Select(o => (ObligationState?)o.State).SingleOrDefaultAsync(ct) ?? throw new NotFound($"obligation {id}");
        if (state is ObligationState.Open or ObligationState.Kept)
        {
            throw new RuleBroken("Only what was broken, kept late or cancelled needs an explanation.");
        }

        db.Add(new Explanation { Id = Id<Explanation>.New(clock), Obligation = id, At = clock.GetUtcNow(), SaidBy = actor.ToString(), Words = words });
        audit.Record(actor, "obligation.explained", Subject.Of("obligation", id), words);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/obligations/{id}/explain", async (Id<Obligation> id, Request request, Actor actor, ExplainObligation explain, CancellationToken ct) =>
        {
            await explain.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditObligations).WithTags("Obligations").WithSummary("Explain why it was broken, kept late or cancelled");
}
