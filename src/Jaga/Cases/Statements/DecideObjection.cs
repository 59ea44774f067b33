using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.Obligations;

namespace Jaga.Cases.Statements;

/// <summary>
/// A person decides about what the affected person wrote, and says why (DSA article 20(4) and (5)). Not who decided before. Where they were right, the platform is asked to undo all that
/// the decision did. The answer stands at the person's own link, and goes to the platform, which knows the person, like the statement did.
/// </summary>
public sealed class DecideObjection(Db db, TimeProvider clock, AuditLog audit, RequestAction request, Outbox outbox, Duties duties, EnforcementSettings platform, StatementLinks links)
{
    /// <summary>The webhook's type.</summary>
    public const string Type = "objection.answered";

    private const int LongestWords = 5000;

    /// <param name="Words">Why, 1 to 5,000 characters; the person reads them.</param>
    /// <param name="Seen">The newest objection that the writer has read; null where they read all. A later one is not answered by it.</param>
    public sealed record Request(ObjectionOutcome Outcome, string Words, Id<Objection>? Seen = null);

    /// <param name="Reversed">Actions that the platform is asked to undo.</param>
    public sealed record Answer(ObjectionOutcome Outcome, int Objections, int Reversed);

    /// <summary>What the platform passes on to the person.</summary>
    public sealed record Message(Id<Statement> Statement, Subject To, ObjectionOutcome Outcome, string Words, DateTimeOffset At, string Link);

    /// <summary>Answers all objections to a statement that wait.</summary>
    /// <exception cref="RuleBroken">None waits, another has come in meanwhile, or the actor is who decided.</exception>
    public async Task<Answer> Run(Id<Statement> id, Request wish, Actor actor, CancellationToken ct)
    {
        var words = wish.Words?.ReplaceLineEndings("\n").Trim() is { Length: > 0 and <= LongestWords } said ? said : throw new BadInput("words", $"Say why, in at most {LongestWords:N0} characters: the person reads it.");
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var statement = await db.Statements.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, ct) ?? throw new NotFound("such statement");
        var waiting = await db.Objections.Where(o => o.Statement == id && o.AnsweredAt == null).OrderBy(o => o.Id).ToListAsync(ct);
        if (waiting.Count == 0)
        {
            throw new RuleBroken("No objection to this statement waits for an answer.");
        }

        if (wish.Seen is { } seen && waiting[^1].Id.CompareTo(seen) > 0)
        {
            throw new RuleBroken("Another objection has come in meanwhile. Read it before you answer.");
        }

        var decision = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == statement.Decision, ct);
        if (decision.By == actor.Id)
        {
            throw new RuleBroken("Somebody else decides about an objection than who decided before.");
        }

        foreach (var one in waiting)
        {
            one.Answer(wish.Outcome, words, actor, now);
            audit.Record(actor, "objection.answered", one.Subject, "", new { statement = id, wish.Outcome });
        }

        var reversed = wish.Outcome is ObjectionOutcome.Reversed ? await Reverse(decision, words, actor, ct) : 0;
        if (await db.Receivers.AnyAsync(r => r.Name == platform.Receiver, ct))
        {
            await outbox.Send(platform.Receiver, Type, new Message(id, statement.To, wish.Outcome, words, now, links.To(id)), statement.Subject, ct: ct);
        }

        await duties.Keep(statement.Subject, ObjectToDecision.Clause, new("decision", waiting[^1].Id.ToString()), actor, ct);
        return await transaction.Commit(new Answer(wish.Outcome, waiting.Count, reversed), ct);
    }

    private async Task<int> Reverse(Decision decision, string words, Actor actor, CancellationToken ct)
    {
        var (because, reversed) = (decision.Subject, 0);
        var done = await db.Actions.Where(a => a.Because.Kind == because.Kind && a.Because.Id == because.Id && a.Reverses == null && (a.State == ActionState.Requested || a.State == ActionState.Confirmed)
            && !db.Actions.Any(r => r.Reverses == a.Id)).OrderBy(a => a.Id).ToListAsync(ct);
        foreach (var action in done)
        {
            await request.Reverse(action, because, words, actor, ct);
            reversed++;
        }

        return reversed;
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/statements/{id}/objections/decision", async (Id<Statement> id, Request request, DecideObjection decide, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await decide.Run(id, request, actor, ct)))
        .Requires(Permission.EditStatements)
        .WithSummary("Answer the objections to a statement").WithDescription("All that wait, unless one came in after the one that seen names. reversed asks the platform to undo what the decision did. Not by who decided.");
}
