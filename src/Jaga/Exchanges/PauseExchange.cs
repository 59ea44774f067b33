using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Exchanges;

/// <summary>Lets an exchange rest, or go on from where it stopped. Its signals stay in their bank meanwhile.</summary>
public sealed class PauseExchange(Db db, AuditLog audit, Notices notices, TimeProvider clock)
{
    /// <param name="Paused">True to let it rest, false to go on.</param>
    /// <param name="Why">The reason, for the audit log.</param>
    public sealed record Request(bool Paused, string Why);

    /// <exception cref="NotFound">No such exchange.</exception>
    /// <exception cref="BadInput">No reason is given.</exception>
    /// <exception cref="RuleBroken">It is so already, or it is not a person who asks.</exception>
    public async Task Run(Id<Exchange> id, Request request, Actor actor, CancellationToken ct)
    {
        if (actor.Kind is ActorKind.ApiKey)
        {
            throw new RuleBroken("An exchange is paused, and let go on, by a person, who answers for what is missed meanwhile. A program may not.");
        }

        if (string.IsNullOrWhiteSpace(request.Why))
        {
            throw new BadInput("why", "Say why.");
        }

        await using var transaction = await db.Begin(ct);
        var exchange = await db.Exchanges.SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exchange");
        if (exchange.Paused == request.Paused)
        {
            throw new RuleBroken(request.Paused ? "This exchange is paused already." : "This exchange is not paused.");
        }

        exchange.Paused = request.Paused;
        var progress = await db.ExchangeProgress.SingleAsync(p => p.Bank == exchange.Bank, ct);
        (progress.Step, progress.DueAt) = (progress.Step + 1, clock.GetUtcNow());
        audit.Record(actor, request.Paused ? "exchange.paused" : "exchange.resumed", exchange.Subject, request.Why);
        await notices.Over(exchange.Subject, ct);
        await transaction.Commit(ct);
    }

    /// <summary><c>POST /exchanges/{id}/pause</c>: 204.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/exchanges/{id}/pause", async (Id<Exchange> id, Request request, PauseExchange pause, Actor actor, CancellationToken ct) =>
        {
            await pause.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditBanks)
        .WithName("PauseExchange").WithSummary("Pause an exchange, or go on with it");
}
