using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>Somebody takes a request for data: the clocks of its answer are that person's, who is reminded of them first. The agency is told nothing by it.</summary>
public sealed class TakeRequest(Db db, AuditLog audit, Duties duties)
{
    /// <exception cref="NotFound">There is no such request.</exception>
    /// <exception cref="RuleBroken">Nothing is owed about it, or somebody else has it.</exception>
    public async Task Run(Id<DataRequest> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var request = await db.DataRequests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound("such request");
        var about = request.Subject;
        var owed = await db.Obligations.AsNoTracking().Owed().Where(o => o.About.Kind == about.Kind && o.About.Id == about.Id && o.Clause != ReleaseAnswer.Clause).OrderBy(o => o.DueAt).ToListAsync(ct);
        if (owed.Count == 0)
        {
            throw new RuleBroken("Nothing is owed about this request any more.");
        }

        foreach (var one in owed)
        {
            // Asked of the row that nobody else can change until this is over: somebody may have taken it since it was looked for.
            var person = (await duties.One(one.Id, ct)).Person;
            if (person is not null && person != actor.Id)
            {
                throw new RuleBroken("Somebody else has taken this request already.");
            }

            if (person is null)
            {
                await duties.Assign(one.Id, actor.Id, actor, ct);
            }
        }

        audit.Record(actor, "data-request.taken", about);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/take", async (Id<DataRequest> id, TakeRequest take, Actor actor, CancellationToken ct) =>
        {
            await take.Run(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Take a request for data");
}
