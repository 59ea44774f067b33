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

    /// <summary>Brings reports to the cases of their subjects. What the desk has of them is read once for all, however many cases they come to.</summary>
    /// <param name="reports">Tracked, in the order in which they came; those that have a case already are passed over.</param>
    public async Task Run(IReadOnlyList<Report> reports, CancellationToken ct)
    {
        var fresh = reports.Where(r => r.Case is null).ToList();
        var known = await Read([.. fresh.Select(r => r.About).Distinct()], fresh, ct);
        foreach (var of in fresh.GroupBy(r => r.About))
        {
            await Bring(of.Key, [.. of], [], known, ct);
        }
    }

    /// <summary>Brings pictures that came with a report to its case, and the report too where it is not there yet.</summary>
    /// <param name="report">Tracked.</param>
    public async Task Pictures(Report report, IReadOnlyList<CapturedMedia> pictures, CancellationToken ct)
    {
        List<Report> fresh = report.Case is null ? [report] : [];
        await Bring(report.About, fresh, pictures, await Read([report.About], fresh, ct), ct, report);
    }

    /// <summary>What the desk has of some subjects.</summary>
    /// <param name="Heard">Of each case, which categories it has heard of by reports.</param>
    private sealed record Known(Dictionary<Subject, Case> Cases, ILookup<Id<Case>, string> Heard, Dictionary<Id<Case>, ReportCount> Counts, IReadOnlyDictionary<Id<Report>, int> Weights);

    private async Task<Known> Read(IReadOnlyList<Subject> about, IReadOnlyList<Report> fresh, CancellationToken ct)
    {
        var (kinds, ids, weights) = (about.Select(a => a.Kind).Distinct().ToList(), about.Select(a => a.Id).Distinct().ToList(), await weight.Of(fresh, ct));
        var cases = (await db.Cases.Where(c => kinds.Contains(c.About.Kind) && ids.Contains(c.About.Id) && c.State == CaseState.Open).ToListAsync(ct)).ToDictionary(c => c.About);
        var open = about.Where(cases.ContainsKey).Select(a => cases[a].Id).ToList();
        var heard = open.Count == 0 ? [] : await db.Findings.AsNoTracking().Where(f => open.Contains(f.Case) && f.Algorithm == Algorithm).Select(f => new { f.Case, f.Labels }).ToListAsync(ct);
        var counts = open.Count == 0 ? [] : await db.ReportCounts.Where(c => open.Contains(c.Case)).ToListAsync(ct);
        return new(cases, heard.ToLookup(f => f.Case, f => f.Labels), counts.ToDictionary(c => c.Case), weights);
    }

    private async Task Bring(Subject about, List<Report> fresh, IReadOnlyList<CapturedMedia> pictures, Known known, CancellationToken ct, Report? first = null)
    {
        var priority = fresh.Count == 0 ? Case.Usual : fresh.Max(r => known.Weights[r.Id]);
        var isNew = !known.Cases.TryGetValue(about, out var @case);
        var found = Found(@case is null ? [] : known.Heard[@case.Id], fresh);
        if (@case is null || found.Count > 0 || pictures.Count > 0)
        {
            @case = await open.Run(about, found.Count > 0 ? found : [Thing(first ?? fresh[0])], pictures, held: false, Me, ct, priority);
        }

        if (fresh.Count == 0)
        {
            return;
        }

        await Fold(isNew ? null : @case.Id, fresh, ct);
        if (!known.Counts.TryGetValue(@case.Id, out var count))
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
    private static List<FoundThing> Found(IEnumerable<string> heard, List<Report> fresh) => [.. fresh.DistinctBy(r => r.Category).ExceptBy(heard, r => r.Category).Select(Thing)];

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
