using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>
/// The second person lets a proposed answer go. One transaction, in this order: the rules are asked again, the answer is released, the platform is asked for exactly the fields
/// that the rules allow, and what is owed to us afterwards gets its clock. An answer without data goes to the agency, and keeps what is owed once the agency has it.
/// </summary>
public sealed class ReleaseAnswer(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, DataWords words, Duties duties, Outbox outbox, ServeAgency serve, EnforcementSettings settings)
{
    /// <summary>The webhook's type.</summary>
    public const string Type = "data.requested";

    /// <summary>The house's clause: the platform gives what was released within its time.</summary>
    public const string Clause = "house.collect-data";

    /// <exception cref="RuleBroken">There is no proposal, it is the same person's, or a class lacks its document; the sentence names it.</exception>
    public async Task Run(Id<DataRequest> id, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var contents = await folder.Open(id, ct);
        contents.Request.MustBe(DataRequestState.Proposed, "There is no proposal to release.");
        var answer = await db.DataAnswers.SingleAsync(a => a.Request == id && a.ReleasedAt == null && a.RejectedAt == null, ct);
        IReadOnlyList<ClassVerdict> granted = [.. contents.Verdicts.Where(v => answer.Classes.Contains(v.Class))];
        var question = DataQuestion.For(contents.Request, contents.Subjects, granted, words);
        answer.Release(contents.Request, granted, question, actor, now);
        audit.Record(actor, "data-request.answer-released", contents.Request.Subject, answer.Ground ?? "", new { answer = answer.Id, answer.Outcome, answer.Classes, answer.ByEmergency, answer.ProposedBy });
        if (question is null)
        {
            contents.Request.Answer(now);
            await serve.Put(contents.Request, answer, actor, ct);
        }
        else
        {
            contents.Request.Collect();
            await Ask(contents, question, actor, ct);
        }

        if (answer.ByEmergency.Count > 0)
        {
            duties.Open(contents.Rules.AfterwardsClause, contents.Request.Afterwards, "the record, by the agency", actor);
        }

        await transaction.Commit(ct);
    }

    private async Task Ask(RequestFolder.Contents contents, DataQuestion question, Actor actor, CancellationToken ct)
    {
        var due = duties.Open(Clause, contents.Request.Subject, "platform", actor).DueAt;
        audit.Record(actor, "data-request.data-asked", contents.Request.Subject, details: new { question.Subjects });
        if (await db.Receivers.AnyAsync(r => r.Name == settings.Receiver, ct))
        {
            await outbox.Send(settings.Receiver, Type, ReadAskedData.Told(question, due), contents.Request.Subject, ct: ct);
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/data-requests/{id}/release", async (Id<DataRequest> id, ReleaseAnswer release, Actor actor, CancellationToken ct) =>
        {
            await release.Run(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.DecideDisclosures).WithSummary("Release a proposed answer").WithDescription("Not by who proposed it. The rules are asked again; then the platform is asked for exactly what they allow.");
}
