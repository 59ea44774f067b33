using Jaga.Audit;

namespace Jaga.Items.Lookbacks;

/// <summary>Lets a paused look-back go on where it was.</summary>
public sealed class ResumeLookback(Db db, AuditLog audit, ReadLookbacks read, TimeProvider clock)
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
        lookback.Resume(clock.GetUtcNow());
        audit.Record(actor, "lookback.resumed", lookback.Subject, request.Why);
        await transaction.Commit(ct);
        return await read.One(id, ct);
    }

    /// <summary><c>POST /lookbacks/{id}/resume</c>: 200 with how it stands.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/lookbacks/{id}/resume", async (Id<Lookback> id, Request request, ResumeLookback resume, Actor actor, CancellationToken ct) => TypedResults.Ok(await resume.Run(id, request, actor, ct)))
        .Requires(Permission.EditBanks)
        .WithName("ResumeLookback");
}
