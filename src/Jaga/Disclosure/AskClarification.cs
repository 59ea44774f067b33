using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>
/// Asks the agency a question. Where the request's regime lets it, the clocks that still run stand still once it has the question and until it answers; one that has run out stays so.
/// Elsewhere they run on, and an answer may be proposed although the question is open.
/// </summary>
public sealed class AskClarification(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, Regimes regimes, ServeAgency serve)
{
    /// <param name="Question">1 to 2,000 characters; the agency reads it.</param>
    public sealed record Request(string Question);

    /// <param name="Paused">Whether a clock stands still already. Where the question must reach the agency first, it does from then on.</param>
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
        var put = new Clarification { Id = Id<Clarification>.New(now), Request = id, Question = question, AskedBy = actor.ToString(), AskedAt = now };
        db.Add(put);
        audit.Record(actor, "data-request.clarification-asked", asked.Subject, question);
        var paused = await serve.Put(asked, put, actor, ct);
        return await transaction.Commit(new Answer(paused, regimes.OrdersUnder(asked.Regime)?.ClarifyingNote ?? ""), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/clarifications", (Id<DataRequest> id, Request request, AskClarification ask, Actor actor, CancellationToken ct) => ask.Run(id, request, actor, ct))
        .Requires(Permission.DecideDisclosures).WithSummary("Ask the agency a question").WithDescription("Where the request's regime lets it, the clock stands still from when the agency has it until it answers.");
}
