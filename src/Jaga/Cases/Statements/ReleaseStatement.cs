using Jaga.Audit;

namespace Jaga.Cases.Statements;

/// <summary>A lead ends the withholding of a statement: the person is told now.</summary>
public sealed class ReleaseStatement(Db db, IssueStatements issue)
{
    /// <param name="Reason">Why telling the person endangers nothing any more, at most 2,000 characters.</param>
    public sealed record Request(string Reason);

    public async Task Run(Id<Statement> id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 2000)
        {
            throw new BadInput("reason", "Say why the person can be told now, in at most 2,000 characters.");
        }

        await using var transaction = await db.Begin(ct);
        var statement = await db.Statements.SingleOrDefaultAsync(s => s.Id == id, ct) ?? throw new NotFound("such statement");
        await issue.Release(statement, request.Reason.Trim(), actor, ct);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/statements/{id}/release", async (Id<Statement> id, Request request, ReleaseStatement release, Actor actor, CancellationToken ct) =>
        {
            await release.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditStatements)
        .WithSummary("End the withholding of a statement of reasons");
}

/// <summary>Ends every withholding whose time is over, so that nobody is left without their reasons because everybody forgot.</summary>
public sealed class EndWithholdings(Db db, TimeProvider clock, IssueStatements issue) : IRecurring
{
    private const int Batch = 50;

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var over = await db.Statements.Where(s => s.State == StatementState.Withheld && s.WithheldUntil <= now).OrderBy(s => s.WithheldUntil).Take(Batch).ToListAsync(ct);
        foreach (var statement in over)
        {
            await issue.Release(statement, "The time for which it was withheld is over.", Actor.System("statements"), ct);
        }

        await transaction.Commit(ct);
        return over.Count == Batch;
    }
}
