using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.People.Agencies;

namespace Jaga.Disclosure;

/// <summary>Sends an answer without data, or a question, once more that did not reach the agency, by the ways that are set for it now. What is still on its way is not sent twice.</summary>
public sealed class ResendAnswer(Db db, AuditLog audit, WayToAgency way, TellAgency tell)
{
    /// <exception cref="NotFound">This request has no such answer or question.</exception>
    /// <exception cref="RuleBroken">The agency has it, it is still on its way, the question is no longer open, or there is no way to send it.</exception>
    public async Task Run(Id<DataRequest> id, Subject about, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var (request, told) = await RecordServed.Unserved(db, id, about, ct);
        if (told is Clarification { AnsweredAt: not null })
        {
            throw new RuleBroken("This question is no longer open.");
        }

        await way.MustHaveEnded(told.Told, ct);
        WayToAgency.MustBeSent(await tell.Send(await Agency.Find(db, Id<Agency>.Parse(request.Agency, null), ct), request, told, ct));
        audit.Record(actor, "data-request.sent-again", request.Subject, "", new { told.Told });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/data-requests/{id}/answers/{answer}/again", async (Id<DataRequest> id, Id<DataAnswer> answer, ResendAnswer resend, Actor actor, CancellationToken ct) =>
        {
            await resend.Run(id, Subject.Of("data-answer", answer), actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Send an answer without data again that did not reach the agency");
        api.MapPost("/data-requests/{id}/questions/{question}/again", async (Id<DataRequest> id, Id<Clarification> question, ResendAnswer resend, Actor actor, CancellationToken ct) =>
        {
            await resend.Run(id, Subject.Of("data-question", question), actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Send a question again that did not reach the agency").WithDescription("Once it arrives the clock stands still, where the regime lets it.");
    }
}
