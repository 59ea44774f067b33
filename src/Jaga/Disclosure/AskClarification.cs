using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>
/// Asks the agency a question. Where the request's regime lets it, the clocks that still run stand still on this ground until it answers; one that has run out stays so.
/// Elsewhere they run on, and an answer may be proposed although the question is open.
/// </summary>
public sealed class AskClarification(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, Regimes regimes, Duties duties)
{
    /// <param name="Question">1 to 2,000 characters; the agency reads it.</param>
    public sealed record Request(string Question);

    /// <param name="Paused">Whether a clock stands still until the agency answers.</param>
    /// <param name="Because">Where that is said, or that it is not.</param>
    public sealed record Answer(bool Paused, string Because);

    /// <exception cref="RuleBroken">A question waits already, or the request is past questions.</exception>
    public async Task<Answer> Run(Id<DataRequest> id, Request request, Actor actor, CancellationToken ct)
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
        var rules = regimes.OrdersUnder(asked.Regime);
        var paused = rules?.ClarifyingPauses is true
            ? (await folder.Clocks(asked, ct)).Where(o => o.State is ObligationState.Open && o.PausedAt is null && now < o.DueAt).ToList()
            : [];
        foreach (var running in paused)
        {
            await duties.Pause(running.Id, question, actor, ct);
        }

        return await transaction.Commit(new Answer(paused.Count > 0, rules?.ClarifyingNote ?? ""), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/clarifications", (Id<DataRequest> id, Request request, AskClarification ask, Actor actor, CancellationToken ct) => ask.Run(id, request, actor, ct))
        .Requires(Permission.DecideDisclosures).WithSummary("Ask the agency a question").WithDescription("Where the request's regime lets it, the clock stands still until the agency answers.");
}
