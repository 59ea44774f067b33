using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>The agency answers the question, or somebody here enters its answer. Clocks that stood still run again, later by exactly as long as it took.</summary>
public sealed class AnswerClarification(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, Duties duties)
{
    /// <param name="Answer">1 to 2,000 characters.</param>
    public sealed record Request(string Answer);

    /// <exception cref="NotFound">The agency has no such request.</exception>
    /// <exception cref="RuleBroken">No question waits.</exception>
    public async Task Run(Id<DataRequest> id, Request request, Actor actor, CancellationToken ct)
    {
        var answer = Sentences.Checked(request.Answer, "answer");
        await using var transaction = await db.Begin(ct);
        var asked = (await folder.Open(id, ct)).Request;
        if (actor.For is not null && asked.Agency != await RequestFolder.AgencyOf(db, actor, ct))
        {
            throw RequestFolder.Missing();
        }

        var waiting = await db.Clarifications.SingleOrDefaultAsync(c => c.Request == id && c.AnsweredAt == null, ct) ?? throw new RuleBroken("No question waits for an answer.");
        waiting.Reply(answer, actor, clock.GetUtcNow());
        asked.Touch();
        audit.Record(actor, "data-request.clarified", asked.Subject, details: new { clarification = waiting.Id });
        foreach (var paused in (await folder.Clocks(asked, ct)).Where(o => o.IsOwed && o.PausedAt is not null))
        {
            await duties.Resume(paused.Id, actor, ct);
        }

        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/agency/data-requests/{id}/clarification", Answer).Requires(Permission.UseAgencyDoor).WithSummary("Answer the question about your request");
        api.MapPost("/data-requests/{id}/clarification", Answer).Requires(Permission.DecideDisclosures).WithSummary("Enter the agency's answer that came by letter");
    }

    private static async Task<NoContent> Answer(Id<DataRequest> id, Request request, AnswerClarification answer, Actor actor, CancellationToken ct)
    {
        await answer.Run(id, request, actor, ct);
        return TypedResults.NoContent();
    }
}
