using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>Asks the agency a question. The clocks of the request that still run stand still on this ground until it answers; one that has run out stays so.</summary>
public sealed class AskClarification(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, Duties duties)
{
    /// <param name="Question">1 to 2,000 characters; the agency reads it.</param>
    public sealed record Request(string Question);

    /// <exception cref="RuleBroken">A question waits already, or the request is past questions.</exception>
    public async Task Run(Id<DataRequest> id, Request request, Actor actor, CancellationToken ct)
    {
        var question = Sentences.Checked(request.Question, "question");
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var asked = (await folder.Open(id, ct)).Request;
        asked.MustBe(DataRequestState.Open, "There is a proposal or an answer already; take the proposal back before you ask.");
        if (await db.Clarifications.AnyAsync(c => c.Request == id && c.AnsweredAt == null, ct))
        {
            throw new RuleBroken("A question waits for the agency's answer already.");
        }

        asked.Touch();
        db.Add(new Clarification { Id = Id<Clarification>.New(now), Request = id, Question = question, AskedBy = actor.ToString(), AskedAt = now });
        audit.Record(actor, "data-request.clarification-asked", asked.Subject, question);
        foreach (var running in (await folder.Clocks(asked, ct)).Where(o => o.State is ObligationState.Open && o.PausedAt is null && now < o.DueAt))
        {
            await duties.Pause(running.Id, question, actor, ct);
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/clarifications", async (Id<DataRequest> id, Request request, AskClarification ask, Actor actor, CancellationToken ct) =>
        {
            await ask.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Ask the agency a question; the clock stands still until it answers");
}
