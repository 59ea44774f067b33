using Jaga.Audit;
using Jaga.Cases;
using Jaga.Obligations;
using Jaga.Reports.Flaggers;

namespace Jaga.Reports;

/// <summary>
/// Brings reports of one subject to its case, in the caller's transaction. The case is opened by the first and told only of what is new to it, a category: the hundred
/// thousandth report of the same thing changes a count and nothing that a reviewer has read. Near-same words are kept once.
/// </summary>
public sealed class BringToDesk(Db db, OpenCase open, Duties duties, AuditLog audit, ReportSettings settings, ReportMail mail, FlaggerWeight weight)
{
    /// <summary>The house's clause: whoever reported is told what was decided.</summary>
    public const string Clause = "house.answer-report";

    /// <summary>The law's clause of which the acknowledgement is the keeping.</summary>
    public const string Acknowledge = "eu-dsa.confirm-notice";

    /// <summary>How many earlier reports of a case are compared with new ones.</summary>
    private const int Compared = 64;

    private const string Algorithm = "report";

    private static readonly Actor Me = Actor.System("reports");

    /// <summary>What is owed to all who reported the same: a subject of its own, since the case's own duties end with the decision and this one with its telling.</summary>
    public static Subject Reporters(Subject @case) => @case with { Kind = "reports" };

    /// <param name="reports">Tracked, of one subject, in the order in which they came; those that have a case already are passed over.</param>
    /// <param name="media">Pictures that came with them.</param>
    public async Task Run(IReadOnlyList<Report> reports, IReadOnlyList<CapturedMedia> media, CancellationToken ct)
    {
        var fresh = reports.Where(r => r.Case is null).ToList();
        var about = reports[0].About;
        var @case = await db.Cases.SingleOrDefaultAsync(c => c.About.Kind == about.Kind && c.About.Id == about.Id && c.State == CaseState.Open, ct);
        var priority = await weight.Of(fresh, ct);
        var found = await Found(@case?.Id, fresh, ct);
        var isNew = @case is null;
        if (@case is null || found.Count > 0 || media.Count > 0)
        {
            @case = await open.Run(about, found.Count > 0 ? found : [Thing(reports[0])], media, held: false, Me, ct, priority);
        }

        if (fresh.Count == 0)
        {
            return;
        }

        await Fold(isNew ? null : @case.Id, fresh, ct);
        var count = isNew ? null : await db.ReportCounts.SingleOrDefaultAsync(c => c.Case == @case.Id, ct);
        if (count is null)
        {
            count = new() { Case = @case.Id, FirstAt = fresh[0].ReceivedAt };
            db.Add(count);
            foreach (var clause in settings.Owed.Prepend(Clause))
            {
                @case.Due(duties.Open(clause, Reporters(@case.Subject), "everyone who reported it", Me, fresh[0].ReceivedAt).DueAt);
            }
        }

        foreach (var report in fresh)
        {
            report.Join(@case.Id);
            count.Add(report);
            mail.Received(report);
        }

        // What a reviewer has seen stays as it is, and yet whoever decides the case in this moment must be first or wait: else these would join a decided case, answered by nobody.
        db.Entry(@case).Property(c => c.State).IsModified = true;
        @case.Prioritise(priority);

        // The answer to the report was its acknowledgement, in the same act; here stands the proof of it.
        var owed = duties.Open(Acknowledge, Subject.Of("report", fresh[0].Id), fresh.Count == 1 ? "whoever reported it" : $"{fresh.Count} who reported it", Me, fresh[0].ReceivedAt);
        duties.Keep(owed, Subject.Of("receipt", fresh[^1].Id), Me);
        audit.Record(Me, "reports.received", @case.Subject, "", new { reports = fresh.Count, same = fresh.Count(r => r.SameAs is not null), first = fresh[0].Id, last = fresh[^1].Id });
    }

    // One finding for each category that the case has not heard of: its findings do not grow with its reports.
    private async Task<List<FoundThing>> Found(Id<Case>? @case, List<Report> fresh, CancellationToken ct)
    {
        var known = @case is not { } id ? [] : await db.Findings.AsNoTracking().Where(f => f.Case == id && f.Algorithm == Algorithm).Select(f => f.Labels).ToListAsync(ct);
        return [.. fresh.DistinctBy(r => r.Category).Where(r => !known.Contains(r.Category)).Select(Thing)];
    }

    private static FoundThing Thing(Report first) => new(Subject.Of("report", first.Id), Algorithm, Algorithm, Labels: first.Category, Provenance: Words.Of(first.Via));

    // A flagger's report is never folded: it is answered and measured by itself.
    private async Task Fold(Id<Case>? @case, List<Report> fresh, CancellationToken ct)
    {
        var apart = new List<(Id<Report> Id, string Category, string Likeness)>();
        if (@case is { } had)
        {
            var before = await db.Reports.AsNoTracking().Where(r => r.Case == had && r.SameAs == null).OrderByDescending(r => r.Id).Take(Compared)
                .Select(r => new { r.Id, r.Category, r.Likeness }).ToListAsync(ct);
            apart = before.ConvertAll(r => (r.Id, r.Category, r.Likeness));
        }

        foreach (var report in fresh.Where(r => r.Via is not ReportVia.Flagger))
        {
            var same = apart.FirstOrDefault(a => a.Category == report.Category && Likeness.Same(a.Likeness, report.Likeness));
            if (same.Likeness is not null)
            {
                report.Fold(same.Id);
            }
            else if (apart.Count < 2 * Compared)
            {
                apart.Add((report.Id, report.Category, report.Likeness));
            }
        }
    }
}
