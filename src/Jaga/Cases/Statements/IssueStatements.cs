using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.Obligations;

namespace Jaga.Cases.Statements;

/// <summary>
/// Writes the statements of a decision in its transaction, and takes them back with it. They leave with what was done, not before the undo window is over;
/// where telling the person may endanger an investigation, they are held back and the clock stands still, on a ground that is recorded.
/// </summary>
public sealed class IssueStatements(Db db, TimeProvider clock, AuditLog audit, EnforcementSettings platform, StatementSettings settings, StatementLinks links, Outbox outbox, Duties duties, ComposeStatements compose) : IOnDecided
{
    /// <summary>The webhook's type.</summary>
    public const string Type = "statement.issued";

    /// <summary>The duty that a statement keeps.</summary>
    public const string Clause = "eu-dsa.state-reasons";

    /// <summary>The line of the audit log that the person gets the receipt of. It names nobody of the staff: who decided stands in the decision's own line.</summary>
    public const string Line = "statement.issued";

    private static readonly Actor Me = Actor.System("statements");

    public async Task Decided(Case @case, Decision decision, IReadOnlyList<EnforcementAction> actions, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var wishes = actions.Select(a => new ActionWish(a.Verb, a.Target, a.Countries?.Split(','), a.EndsAt)).ToList();
        foreach (var composed in await compose.Run(@case, decision.Verdict, decision.Policy, decision.Reason, wishes, decision.UndoUntil, decision.Id.ToString(), actor, ct))
        {
            var statement = Statement.Of(@case, decision, composed, settings, now);
            db.Add(statement);
            audit.Record(Me, Line, statement.Subject, "", new { @case = @case.Id, decision = decision.Id, statement.To, statement.Kind, statement.Ground, words = statement.Digest });
            var duty = duties.Open(Clause, statement.Subject, statement.To.ToString(), actor, statement.WithheldUntil is null ? statement.IssuedAt : now);
            if (statement.State is StatementState.Withheld)
            {
                audit.Record(actor, "statement.withheld", statement.Subject, statement.WithheldBecause!, new { until = statement.WithheldUntil });
                await duties.Pause(duty.Id, statement.WithheldBecause!, actor, ct, statement.WithheldUntil);
                continue;
            }

            await Send(statement, ct);
        }
    }

    public async Task Undone(Case @case, Decision decision, Actor actor, CancellationToken ct)
    {
        const string Why = "The decision was taken back.";
        foreach (var statement in await db.Statements.Where(s => s.Decision == decision.Id && s.State != StatementState.Cancelled).ToListAsync(ct))
        {
            statement.Cancel();
            audit.Record(actor, "statement.cancelled", statement.Subject, Why);
            await outbox.CancelUnsent(statement.Subject, Why, actor, ct);
            await duties.CancelAll(statement.Subject, Why, actor, ct);
        }
    }

    /// <summary>Ends a withholding, in the caller's transaction: the clock runs again and the statement leaves.</summary>
    internal async Task Release(Statement statement, string why, Actor actor, CancellationToken ct)
    {
        statement.Release();
        audit.Record(actor, "statement.released", statement.Subject, why);
        var paused = await db.Obligations.Where(o => o.About.Kind == statement.Subject.Kind && o.About.Id == statement.Subject.Id && o.Clause == Clause && o.PausedAt != null && o.ClosedAt == null).Select(o => o.Id).ToListAsync(ct);
        foreach (var id in paused)
        {
            await duties.Resume(id, actor, ct);
        }

        await Send(statement, ct);
    }

    private async Task Send(Statement statement, CancellationToken ct)
    {
        if (await db.Receivers.AnyAsync(r => r.Name == platform.Receiver, ct))
        {
            await outbox.Send(platform.Receiver, Type, ReadStatements.Told(statement, links), statement.Subject, notBefore: statement.IssuedAt, ct: ct);
        }
    }
}
