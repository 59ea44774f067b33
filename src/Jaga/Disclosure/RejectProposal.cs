using Jaga.Audit;

namespace Jaga.Disclosure;

/// <summary>Sends a proposed answer back, with a reason: the second person does not agree, or the first thought again.</summary>
public sealed class RejectProposal(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder)
{
    /// <param name="Because">1 to 2,000 characters.</param>
    public sealed record Request(string Because);

    /// <exception cref="RuleBroken">There is no proposal.</exception>
    public async Task Run(Id<DataRequest> id, Request request, Actor actor, CancellationToken ct)
    {
        var because = Sentences.Checked(request.Because, "because");
        await using var transaction = await db.Begin(ct);
        var asked = (await folder.Open(id, ct)).Request;
        asked.TakeBack();
        var answer = await db.DataAnswers.SingleAsync(a => a.Request == id && a.ReleasedAt == null && a.RejectedAt == null, ct);
        answer.Reject(because, actor, clock.GetUtcNow());
        audit.Record(actor, "data-request.answer-rejected", asked.Subject, because, new { answer = answer.Id });
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/proposal/reject", async (Id<DataRequest> id, Request request, RejectProposal reject, Actor actor, CancellationToken ct) =>
        {
            await reject.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Send a proposed answer back");
}
