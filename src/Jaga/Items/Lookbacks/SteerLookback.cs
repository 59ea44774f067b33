using Jaga.Audit;

namespace Jaga.Items.Lookbacks;

/// <summary>What a person has a look-back do.</summary>
public enum Steering
{
    /// <summary>Stop for a while. What is searched stays searched, and signals that arrive wait for the next.</summary>
    Pause,

    /// <summary>Go on where it was.</summary>
    Resume,

    /// <summary>End for good. What it found stays on the desk; its signals are not searched for again unless somebody asks for their bank.</summary>
    Cancel,
}

/// <summary>Pauses, resumes or cancels a look-back.</summary>
public sealed class SteerLookback(Db db, AuditLog audit, ReadLookbacks read, TimeProvider clock)
{
    /// <param name="Why">The reason, for the audit log.</param>
    public sealed record Request(string Why);

    /// <exception cref="NotFound">No such look-back.</exception>
    /// <exception cref="BadInput">No reason is given.</exception>
    /// <exception cref="RuleBroken">It stands otherwise.</exception>
    public async Task<ReadLookbacks.Row> Run(Id<Lookback> id, Steering steering, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Why))
        {
            throw new BadInput("why", "Say why.");
        }

        await using var transaction = await db.Begin(ct);
        var lookback = await db.Lookbacks.SingleOrDefaultAsync(l => l.Id == id, ct) ?? throw new NotFound("such look-back");
        audit.Record(actor, Steer(lookback, steering), lookback.Subject, request.Why);
        await db.SaveChangesAsync(ct);
        return await transaction.Commit(await read.One(id, ct), ct);
    }

    /// <summary><c>POST /lookbacks/{id}/pause</c>, <c>/resume</c> and <c>/cancel</c>: 200 with how it stands.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        foreach (var steering in Enum.GetValues<Steering>())
        {
            api.MapPost($"/lookbacks/{{id}}/{Words.Of(steering)}", async (Id<Lookback> id, Request request, SteerLookback steer, Actor actor, CancellationToken ct) => TypedResults.Ok(await steer.Run(id, steering, request, actor, ct)))
                .Requires(Permission.EditBanks)
                .WithName($"{steering}Lookback").WithSummary($"{steering} a look-back");
        }
    }

    private string Steer(Lookback lookback, Steering steering)
    {
        var now = clock.GetUtcNow();
        switch (steering)
        {
            case Steering.Pause:
                lookback.Pause(now);
                return "lookback.paused";
            case Steering.Resume:
                lookback.Resume(now);
                return "lookback.resumed";
            default:
                lookback.Cancel(now);
                return "lookback.cancelled";
        }
    }
}
