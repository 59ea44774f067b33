using Jaga.Audit;
using Jaga.Cases;
using Jaga.Obligations;
using Jaga.Reports.Flaggers;

namespace Jaga.Reports;

/// <summary>
/// Brings reports of one subject to its case, in the caller's transaction. The case is opened by the first and told only of what is new to it, a category: the hundred
/// thousandth report of the same thing changes a count and nothing that a reviewer has read. Near-same words are kept once.
/// </summary>
public sealed class BringToDesk(Db db, OpenCase open, Duties duties, AuditLog audit, ReportSettings settings, Regimes regimes, ReportMail mail, FlaggerWeight weight)
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

    /// <summary>What is to be taken down because somebody reported it: a subject of its own, since telling the decision does not keep that, the platform's confirmation does.</summary>
    public static Subject Removal(Subject @case) => @case with { Kind = "removal" };

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
            count = new() { Case = @case.Id, FirstAt = fresh[0].OwedFrom };
            db.Add(count);
            foreach (var clause in settings.Owed.Where(c => regimes.Find(c).Reports.Count == 0).Prepend(Clause))
            {
                @case.Due(duties.Open(clause, Reporters(@case.Subject), "everyone who reported it", Me, fresh[0].OwedFrom).DueAt);
            }
        }

        await OweRemoval(@case, fresh, ct);
        foreach (var report in fresh)
        {
            report.Join(@case.Id);
            count.Add(report);
            if (report.AgainAt is null)
            {
                mail.Received(report);
            }
        }

        // What a reviewer has seen stays as it is, and yet whoever decides the case in this moment must be first or wait: else these would join a decided case, answered by nobody.
        db.Entry(@case).Property(c => c.State).IsModified = true;
        @case.Prioritise(priority);

        // The answer to the report was its acknowledgement, in the same act; here stands the proof of it.
        var owed = duties.Open(Acknowledge, Subject.Of("report", fresh[0].Id), fresh.Count == 1 ? "whoever reported it" : $"{fresh.Count} who reported it", Me, fresh[0].OwedFrom);
        duties.Keep(owed, Subject.Of("receipt", fresh[^1].Id), Me);
        audit.Record(Me, "reports.received", @case.Subject, "", new { reports = fresh.Count, same = fresh.Count(r => r.SameAs is not null), first = fresh[0].Id, last = fresh[^1].Id });
    }

    // Opened by the first report of a category that its regime names, however many of others came before.
    private async Task OweRemoval(Case @case, List<Report> fresh, CancellationToken ct)
    {
        foreach (var clause in settings.Owed.Select(regimes.Find).Where(c => c.Reports.Count > 0))
        {
            var about = Removal(@case.Subject);
            if (fresh.Find(r => clause.Reports.Contains(r.Category)) is { } first
                && !await db.Obligations.AnyAsync(o => o.About.Kind == about.Kind && o.About.Id == about.Id && o.Clause == clause.Name, ct))
            {
                @case.Due(duties.Open(clause.Name, about, "everyone who reported it", Me, first.OwedFrom).DueAt);
            }
        }
    }

    // One finding for each category that the case has not heard of: its findings do not grow with its reports.
    private async Task<List<FoundThing>> Found(Id<Case>? @case, List<Report> fresh, CancellationToken ct)
    {
        var known = @case is not { } id ? [] : await db.Findings.AsNoTracking().Where(f => f.Case == id && f.Algorithm == Algorithm).Select(f => f.Labels).ToListAsync(ct);
        return [.. fresh.DistinctBy(r => r.Category).Where(r => !known.Contains(r.Category)).Select(Thing)];
    }

    private static FoundThing Thing(Report first) => new(Subject.Of("report", first.Id), Algorithm, Algorithm, Labels: first.Category, Provenance: Words.Of(first.Via));

    // Never folded: a flagger's report, which is answered and measured by itself, and one that is here again, whose words somebody is to read.
    private async Task Fold(Id<Case>? @case, List<Report> fresh, CancellationToken ct)
    {
        var apart = new List<(Id<Report> Id, string Category, string Likeness)>();
        if (@case is { } had)
        {
            var before = await db.Reports.AsNoTracking().Where(r => r.Case == had && r.SameAs == null).OrderByDescending(r => r.Id).Take(Compared)
                .Select(r => new { r.Id, r.Category, r.Likeness }).ToListAsync(ct);
            apart = before.ConvertAll(r => (r.Id, r.Category, r.Likeness));
        }

        foreach (var report in fresh.Where(r => r.Via is not ReportVia.Flagger && r.AgainAt is null))
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
