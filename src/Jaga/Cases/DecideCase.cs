using Jaga.Audit;
using Jaga.Enforcement;
using Jaga.Evidence;
using Jaga.Obligations;

namespace Jaga.Cases;

/// <summary>
/// A person decides a case. One transaction, in this order: the decision, the evidence, the actions and their deliveries, the report that the law wants as a draft, the rooms that wait for it, the duties kept.
/// Nothing leaves before the undo window is over.
/// </summary>
public sealed class DecideCase(Db db, TimeProvider clock, CaseSettings settings, AuditLog audit, CaseRecord record, Exhibits exhibits, Retention retention, RequestAction enforce, OwnBank own, CaseOpinions opinions, Duties duties, ReferCase refer, IEnumerable<IOnDecided> told, IEnumerable<IDecidedPage> pages, Vault vault)
{
    /// <param name="Verdict">What the reviewer concluded.</param>
    /// <param name="Policy">The policy or clause; required unless nothing is wrong. At most 200 characters.</param>
    /// <param name="Reason">In the reviewer's words, at most 2,000 characters.</param>
    /// <param name="Actions">What the platform shall do.</param>
    /// <param name="Version">The version of the case that the reviewer saw.</param>
    public sealed record Request(Verdict Verdict, string Policy, string Reason, IReadOnlyList<ActionWish>? Actions, int Version);

    /// <param name="UndoUntil">Until then the decider can take it back.</param>
    public sealed record Answer(Id<Case> CaseId, Id<Decision> DecisionId, IReadOnlyList<Id<EnforcementAction>> Actions, Id<Exhibit>? ExhibitId, DateTimeOffset UndoUntil);

    public async Task<Answer> Run(Id<Case> id, Request request, Actor actor, CancellationToken ct)
    {
        Check(request);
        var now = clock.GetUtcNow();

        // Before the decision changes what it shows; the version says below whether it was still this page.
        var page = request.Verdict is Verdict.Violation or Verdict.Illegal ? await Page(id, ct) : null;
        await using var transaction = await db.Begin(ct);
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound("such case");
        var decision = Decision.Of(actor, id, request.Verdict, request.Policy, request.Reason, now, settings.Undo);
        db.Add(decision);

        if (request.Verdict is Verdict.CannotView)
        {
            @case.Escalate(actor, request.Version, now);
            audit.Record(actor, "case.escalated", @case.Subject, request.Reason);
            audit.Record(actor, "decision.made", decision.Subject, request.Reason, new { @case = id, request.Verdict });
            return await transaction.Commit(new Answer(id, decision.Id, [], null, now), ct);
        }

        @case.Decide(actor, request.Version, now);
        audit.Record(actor, "case.decided", @case.Subject, request.Reason, new { request.Verdict, request.Policy });

        // The evidence is sealed before anything is removed: afterwards there may be nothing left to seal.
        if (request.Verdict is not Verdict.NoViolation)
        {
            var (objects, facts) = await record.Gather(@case, decision, request.Actions ?? [], ct);
            if (page is not null)
            {
                objects = [.. objects, (await vault.Keep(page, "text/html", @case.Subject, actor, "the page as it was decided", now, ct)).Id];
            }

            var (clause, until) = retention.Of(@case.Category, now);
            decision.Exhibit = (await exhibits.Seal(@case.Subject, objects, facts, clause.Name, until - now, actor, $"{request.Verdict}: {request.Policy}", ct)).Id;
        }

        audit.Record(actor, "decision.made", decision.Subject, request.Reason, new { @case = id, request.Verdict, request.Policy, exhibit = decision.Exhibit });
        var actions = new List<EnforcementAction>();
        foreach (var wish in request.Actions ?? [])
        {
            actions.Add(await enforce.Run(wish, decision.Subject, request.Policy, request.Reason, decision.UndoUntil, actor, ct));
        }

        if (request.Verdict is Verdict.Illegal)
        {
            await own.Add(@case, decision, actor, ct);
        }

        if (await refer.Owes(@case, request.Verdict, ct) is { } type)
        {
            await refer.Draft(@case, decision, type, actor, ct);
        }

        await opinions.Give(@case, decision, actor, ct);
        foreach (var room in told)
        {
            await room.Decided(@case, decision, actions, actor, ct);
        }

        foreach (var about in await MergeCases.All(db, id, ct))
        {
            await duties.KeepAll(about, decision.Subject, actor, ct);
        }

        return await transaction.Commit(new Answer(id, decision.Id, [.. actions.Select(a => a.Id)], decision.Exhibit, decision.UndoUntil), ct);
    }

    private async Task<byte[]?> Page(Id<Case> id, CancellationToken ct)
    {
        foreach (var shown in pages)
        {
            if (await shown.Render(id, ct) is { } page)
            {
                return page;
            }
        }

        return null;
    }

    internal static void Check(Request request)
    {
        if (request.Verdict is Verdict.Violation or Verdict.Illegal && string.IsNullOrWhiteSpace(request.Policy))
        {
            throw new BadInput("policy", "Name the policy or clause that this breaks: the person affected has a right to know it.");
        }

        if (request.Policy is null or { Length: > 200 })
        {
            throw new BadInput("policy", "A policy has at most 200 characters.");
        }

        if (request.Reason is null or { Length: > 2000 })
        {
            throw new BadInput("reason", "A reason has at most 2,000 characters.");
        }

        if (request is { Verdict: Verdict.NoViolation or Verdict.CannotView, Actions.Count: > 0 })
        {
            throw new BadInput("actions", "Nothing is done to what nobody found wrong.");
        }

        if (request.Actions is { Count: > 50 })
        {
            throw new BadInput("actions", "One decision asks for at most 50 actions.");
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/cases/{id}/decision", async (Id<Case> id, Request request, DecideCase decide, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await decide.Run(id, request, actor, ct)))
        .Requires(Permission.DecideCases)
        .WithSummary("Decide a case")
        .WithDescription("Seals the evidence, requests the actions and keeps the duties, all or nothing. 409 when somebody else has the case or something was added to it since.");
}
