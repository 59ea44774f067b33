using Jaga.Audit;

namespace Jaga.Exchanges;

/// <summary>Has an exchange read now, and not when its time comes; on request from its beginning.</summary>
public sealed class RunExchange(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="FromStart">Read everything again. What the exchange does not tell of then is removed.</param>
    /// <param name="MayShrink">The list may have lost more than half of what it had.</param>
    public sealed record Request(bool FromStart = false, bool MayShrink = false);

    /// <exception cref="NotFound">No such exchange.</exception>
    /// <exception cref="RuleBroken">It is paused; or it may take signals away, and it is not a person who asks.</exception>
    public async Task Run(Id<Exchange> id, Request request, Actor actor, CancellationToken ct)
    {
        if ((request.FromStart || request.MayShrink) && actor.Kind is ActorKind.ApiKey)
        {
            throw new RuleBroken("Only a person says that a list may lose what it had, or has it read from its beginning. A program may have it read as always.");
        }

        await using var transaction = await db.Begin(ct);
        var exchange = await db.Exchanges.SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exchange");
        if (exchange.Paused)
        {
            throw new RuleBroken("This exchange is paused. Let it go on first.");
        }

        var progress = await db.ExchangeProgress.SingleAsync(p => p.Bank == exchange.Bank, ct);
        (progress.Step, progress.DueAt, progress.PageTries, progress.LostInRow) = (progress.Step + 1, clock.GetUtcNow(), 0, 0);
        progress.MayShrink |= request.MayShrink;
        if (request.FromStart)
        {
            (progress.Checkpoint, progress.Cursor) = ("", null);
        }

        audit.Record(actor, "exchange.run-asked", exchange.Subject, "", request);
        await transaction.Commit(ct);
    }

    /// <summary><c>POST /exchanges/{id}/run</c>: 202; what comes of it is seen at <c>GET /exchanges/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/exchanges/{id}/run", async (Id<Exchange> id, Request request, RunExchange run, Actor actor, CancellationToken ct) =>
        {
            await run.Run(id, request, actor, ct);
            return TypedResults.Accepted($"/api/v1/exchanges/{id}");
        })
        .Requires(Permission.EditBanks)
        .WithName("RunExchange").WithSummary("Fetch from an exchange now");
}
