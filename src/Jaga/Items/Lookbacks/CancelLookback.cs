using Jaga.Audit;

namespace Jaga.Items.Lookbacks;

/// <summary>Ends a look-back for good. What it found stays on the desk; its signals are not searched for again unless somebody asks for their bank.</summary>
public sealed class CancelLookback(Db db, AuditLog audit, ReadLookbacks read, TimeProvider clock)
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
        lookback.Cancel(clock.GetUtcNow());
        audit.Record(actor, "lookback.cancelled", lookback.Subject, request.Why);
        await transaction.Commit(ct);
        return await read.One(id, ct);
    }

    /// <summary><c>POST /lookbacks/{id}/cancel</c>: 200 with how it stands.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/lookbacks/{id}/cancel", async (Id<Lookback> id, Request request, CancelLookback cancel, Actor actor, CancellationToken ct) => TypedResults.Ok(await cancel.Run(id, request, actor, ct)))
        .Requires(Permission.EditBanks)
        .WithName("CancelLookback");
}
