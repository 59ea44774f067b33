using Jaga.Evidence;

namespace Jaga.Cases;

/// <summary>Asks for a second person's word before media of a case is looked at, where the policy wants two (<see cref="EvidenceSettings.TwoPersonsToReveal"/>). It serves for the whole case.</summary>
public sealed class AskReveal(Db db, SecondWords words)
{
    /// <param name="Reason">Why it must be looked at, 1 to 500 characters.</param>
    public sealed record Request(string Reason);

    /// <returns>The word; the same one when this person asks again while it waits or serves.</returns>
    /// <exception cref="NotFound">There is no such case.</exception>
    /// <exception cref="RuleBroken">The policy does not want two persons.</exception>
    public async Task<SecondWord> Run(Id<Case> id, Request request, Actor actor, CancellationToken ct)
    {
        if (!words.Needed(TwoPersonAct.Reveal))
        {
            throw new RuleBroken("A look needs no second person here.");
        }

        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        return await transaction.Commit(await words.Of(TwoPersonAct.Reveal, @case.Subject, actor, ct) ?? words.Ask(TwoPersonAct.Reveal, @case.Subject, request.Reason, actor), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/reveals", (Id<Case> id, Request request, AskReveal ask, Actor actor, CancellationToken ct) => ask.Run(id, request, actor, ct))
        .Requires(Permission.DecideCases)
        .WithSummary("Ask for a second person's word to look at media of a case");
}
