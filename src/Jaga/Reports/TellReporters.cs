using Jaga.Audit;
using Jaga.Cases;
using Jaga.Enforcement;
using Jaga.Obligations;
using Jaga.Reports.Flaggers;

namespace Jaga.Reports;

/// <summary>A decision answers every report of its case, in the decision's own transaction; it is to be read, and mailed, once it cannot be taken back any more.</summary>
public sealed class AnswerOnDecision(Db db, TimeProvider clock, Jobs jobs) : IOnDecided
{
    public async Task Decided(Case @case, Decision decision, IReadOnlyList<EnforcementAction> actions, Actor actor, CancellationToken ct)
    {
        if (await db.Reports.AnyAsync(r => r.Case == @case.Id && r.Against != null && db.Decisions.Any(d => d.Id == r.Against && d.By == actor.Id), ct))
        {
            throw new RuleBroken("A complaint has brought this back to the desk. Somebody else decides about it than who decided before.");
        }

        // The decision's row has to be there before other rows name it.
        await db.SaveChangesAsync(ct);
        var answered = await db.Reports.Where(r => r.Case == @case.Id && r.State == ReportState.Received)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, ReportState.Decided).SetProperty(r => r.Decision, decision.Id), ct);
        if (answered > 0)
        {
            jobs.Later(new TellReporters.Work(decision.Id, null), decision.UndoUntil - clock.GetUtcNow());
            jobs.Later(new AnswerFlaggers.Work(decision.Id, null), decision.UndoUntil - clock.GetUtcNow());
        }
    }

    public async Task Merged(Case earlier, Case open, Actor actor, CancellationToken ct)
    {
        await db.Reports.Where(r => r.Case == earlier.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Case, open.Id), ct);
        if (await db.ReportCounts.SingleOrDefaultAsync(c => c.Case == earlier.Id, ct) is not { } gone)
        {
            return;
        }

        var count = await db.ReportCounts.SingleOrDefaultAsync(c => c.Case == open.Id, ct);
        if (count is null)
        {
            count = new() { Case = open.Id, FirstAt = gone.FirstAt };
            db.Add(count);
        }

        count.Add(gone);
        db.Remove(gone);
    }

    public Task Undone(Case @case, Decision decision, Actor actor, CancellationToken ct) => db.Reports.Where(r => r.Decision == decision.Id)
        .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, ReportState.Received).SetProperty(r => r.Decision, (Id<Decision>?)null), ct);
}

/// <summary>Mails a decision to those who gave an address, a page of them at a time, and keeps what was owed to all who reported.</summary>
public sealed class TellReporters(Db db, TimeProvider clock, ReadAnswer answers, ReportMail mail, Jobs jobs, Duties duties, FollowRemovals removals, AuditLog audit) : IWork<TellReporters.Work>
{
    /// <summary>The line of the audit log that every reporter gets the receipt of: what all of them are told, and nobody's name.</summary>
    public const string Line = "decision.told";

    private const int AtOnce = 100;

    private static readonly Actor Me = Actor.System("reports");

    /// <param name="After">The last report told.</param>
    public sealed record Work(Id<Decision> Decision, Id<Report>? After);

    public async Task Run(Work work, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var decision = await db.Decisions.AsNoTracking().SingleAsync(d => d.Id == work.Decision, ct);
        if (decision.UndoneAt is not null)
        {
            return;
        }

        if (work.After is null && await answers.Run(work.Decision, "en", ct) is { } told)
        {
            audit.Record(Me, Line, decision.Subject, told.Reason, new { told.Verdict, told.Policy, told.Done });
        }

        var rest = db.Reports.Where(r => r.Decision == work.Decision && r.Contact != null && r.ToldAt == null);
        if (work.After is { } after)
        {
            rest = rest.Where(r => r.Id.CompareTo(after) > 0);
        }

        var reports = await rest.OrderBy(r => r.Id).Take(AtOnce).ToListAsync(ct);
        foreach (var language in reports.GroupBy(r => r.Language))
        {
            var answer = await answers.Run(work.Decision, language.Key, ct) ?? throw new InvalidOperationException("The decision may still be taken back.");
            foreach (var report in language)
            {
                mail.Decided(report, answer);
                report.ToldAt = clock.GetUtcNow();
            }
        }

        if (reports.Count == AtOnce)
        {
            jobs.Later(work with { After = reports[^1].Id });
        }
        else
        {
            foreach (var one in await MergeCases.All(db, decision.Case, ct))
            {
                await duties.KeepAll(BringToDesk.Reporters(one), decision.Subject, Me, ct);
            }

            await removals.Decided(decision, Me, ct);
        }

        await transaction.Commit(ct);
    }
}
