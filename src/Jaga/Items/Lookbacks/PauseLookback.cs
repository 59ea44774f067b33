using Jaga.Audit;

namespace Jaga.Items.Lookbacks;

/// <summary>Stops a look-back for a while. What is searched stays searched, and signals that arrive wait for the next.</summary>
public sealed class PauseLookback(Db db, AuditLog audit, ReadLookbacks read, TimeProvider clock)
{
    /// <param name="Why">The reason, for the audit log.</param>
    public sealed record Request(string Why);

    /// <exception cref="NotFound">No such look-back.</exception>
    /// <exception cref="BadInput">No reason is given.</exception>
    /// <exception cref="RuleBroken">It stands otherwise.</exception>
    public async Task<ReadLookbacks.Row> Run(Id<Lookback> id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Why))
        {
            throw new BadInput("why", "Say why.");
        }

        await using var transaction = await db.Begin(ct);
        var lookback = await db.Lookbacks.SingleOrDefaultAsync(l => l.Id == id, ct) ?? throw new NotFound("such look-back");
        lookback.Pause(clock.GetUtcNow());
        audit.Record(actor, "lookback.paused", lookback.Subject, request.Why);
        await transaction.Commit(ct);
        return await read.One(id, ct);
    }

    /// <summary><c>POST /lookbacks/{id}/pause</c>: 200 with how it stands.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/lookbacks/{id}/pause", async (Id<Lookback> id, Request request, PauseLookback pause, Actor actor, CancellationToken ct) => TypedResults.Ok(await pause.Run(id, request, actor, ct)))
        .Requires(Permission.EditBanks)
        .WithName("PauseLookback");
}
