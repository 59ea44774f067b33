namespace Jaga.Obligations;

/// <summary>Stops an obligation's clock on a recorded ground, and lets it run again. A deadline of the law stands still only where its regime knows a pause.</summary>
public sealed class PauseObligation(Db db, Duties duties, Regimes regimes)
{
    public sealed record Request(string Ground);

    /// <exception cref="NotFound">There is no such obligation.</exception>
    /// <exception cref="RuleBroken">Its rules let no clock be stopped, it stands still already, or its time is over.</exception>
    public async Task Run(Id<Obligation> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        if (!regimes.MayPause((await duties.One(id, ct)).Clause))
        {
            throw new RuleBroken("The law names this time, and its rules know no ground on which the clock stands still. It runs on.");
        }

        await duties.Pause(id, request.Ground, actor, ct);
        await transaction.Commit(ct);
    }

    /// <summary>The ground is over; everything ahead moves by the pause's own length.</summary>
    public async Task Resume(Id<Obligation> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        await duties.Resume(id, actor, ct);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/obligations/{id}/pause", async (Id<Obligation> id, Request request, Actor actor, PauseObligation pause, CancellationToken ct) =>
        {
            await pause.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditObligations).WithTags("Obligations").WithSummary("Stop its clock, with a ground");
        api.MapPost("/obligations/{id}/resume", async (Id<Obligation> id, Actor actor, PauseObligation pause, CancellationToken ct) =>
        {
            await pause.Resume(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditObligations).WithTags("Obligations").WithSummary("Let its clock run again");
    }
}
