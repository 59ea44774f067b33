using Jaga.Cases;
using Jaga.Cases.Statements;
using Jaga.Obligations;

namespace Jaga.Reports;

/// <summary>
/// What is owed to a reporter who writes. A question has the house's time. After the decision was told it is taken as a complaint of it (DSA article 20(1): who gave the notice
/// has that right too), has a complaint's time, and is answered by somebody else than who decided.
/// </summary>
public sealed class ReplyDuty(Db db, Duties duties, ReadAnswer answers)
{
    /// <summary>The house's clause: who reported and wrote has an answer.</summary>
    public const string Clause = "house.answer-reporter";

    /// <summary>The law's clause for a complaint; the same as for those whom a decision concerns.</summary>
    public const string Complaint = ObjectToDecision.Clause;

    /// <summary>The decision that the reporter complains of, while nobody has answered; null where there is no such complaint.</summary>
    public async Task<Id<Decision>?> Against(Report report, CancellationToken ct) =>
        report is { AskedAt: not null, Decision: { } decision } && await IsOwed(report, Complaint, ct) ? decision : null;

    /// <summary>The reporter wrote.</summary>
    internal async Task Open(Report report, Actor reporter, CancellationToken ct)
    {
        var clause = await answers.Run(report.Decision, report.Language, ct) is null ? Clause : Complaint;
        if (!await IsOwed(report, clause, ct))
        {
            duties.Open(clause, report.Subject, "whoever reported it", reporter);
        }
    }

    /// <summary>The desk replied.</summary>
    internal async Task Keep(Report report, ReportMessage reply, Actor actor, CancellationToken ct)
    {
        await duties.Keep(report.Subject, Clause, Subject.Of("receipt", reply.Id), actor, ct);
        await duties.Keep(report.Subject, Complaint, Subject.Of("decision", reply.Id), actor, ct);
    }

    private Task<bool> IsOwed(Report report, string clause, CancellationToken ct)
    {
        var about = report.Subject;
        return db.Obligations.AnyAsync(o => o.About.Kind == about.Kind && o.About.Id == about.Id && o.Clause == clause && o.ClosedAt == null, ct);
    }
}
