using Jaga.Cases;

namespace Jaga.Reports.Flaggers;

/// <summary>
/// How much reports weigh in the queue, by the share of their sender's decided reports that was upheld, smoothed as if one more of each had been: a flagger's 50 to 100, those of
/// a user of the platform 10 to 30, of a suspended one nothing, of anybody else <see cref="Case.Usual"/>, as somebody new. It orders cases of one severity and no more:
/// nobody's report waits behind a lesser harm for it, and nobody's is left out.
/// </summary>
public sealed class FlaggerWeight(Db db, TimeProvider clock)
{
    /// <summary>What every flagger's report weighs, whatever became of those before.</summary>
    public const int Least = 50;

    private const string Flagged = "flagger/";

    /// <summary>What became of somebody's reports.</summary>
    internal sealed record Outcome(int Upheld, int Decided)
    {
        internal int Weight(string by) => by.StartsWith(Flagged, StringComparison.Ordinal) ? Weigh(Upheld, Decided) : WeighReporter(Upheld, Decided);
    }

    /// <summary>What each of some reports weighs; read at once for all, since a flood has hundreds of senders in one turn.</summary>
    public async Task<IReadOnlyDictionary<Id<Report>, int>> Of(IReadOnlyList<Report> reports, CancellationToken ct)
    {
        var senders = await Senders(reports, ct);
        var names = senders.Values.ToHashSet();
        var now = clock.GetUtcNow();
        var suspended = names.Count == 0 ? [] : await db.Misuses.AsNoTracking().Where(m => names.Contains(m.By) && m.LiftedAt == null && m.Until > now).Select(m => m.By).ToListAsync(ct);
        var weights = suspended.ToHashSet().ToDictionary(s => s, _ => 0);
        var heard = names.Except(suspended).ToLookup(s => s.StartsWith(Flagged, StringComparison.Ordinal));
        foreach (var flagger in heard[true])
        {
            weights[flagger] = (await Record(flagger, ct)).Weight(flagger);
        }

        var records = await Records([.. heard[false].Select(s => s[(s.IndexOf('/', StringComparison.Ordinal) + 1)..])], ct);
        foreach (var user in heard[false])
        {
            weights[user] = records.GetValueOrDefault(user, new(0, 0)).Weight(user);
        }

        return reports.ToDictionary(r => r.Id, r => senders.TryGetValue(r.Id, out var sender) ? weights[sender] : Case.Usual);
    }

    // Who sent each, as Misuse.By; not there are those of whom nothing is known that lasts.
    private async Task<Dictionary<Id<Report>, string>> Senders(IReadOnlyList<Report> reports, CancellationToken ct)
    {
        var senders = new Dictionary<Id<Report>, string>();
        foreach (var group in reports.Where(r => r.By is not null).GroupBy(r => r.By!.Value))
        {
            if (group.Key.Kind is "flagger")
            {
                foreach (var report in group)
                {
                    senders[report.Id] = group.Key.ToString();
                }

                continue;
            }

            var (by, ids) = (group.Key.ToString(), group.Select(r => r.Id).ToList());
            foreach (var passed in await db.PassedReports.AsNoTracking().Where(p => p.By == by && ids.Contains(p.Report) && p.Reporter != null).Select(p => new { p.Report, p.Reporter }).ToListAsync(ct))
            {
                senders[passed.Report] = Misuse.Reporter(passed.Reporter!);
            }
        }

        return senders;
    }

    /// <summary>What became of the reports of one.</summary>
    /// <param name="by">As <see cref="Misuse.By"/>.</param>
    internal async Task<Outcome> Record(string by, CancellationToken ct)
    {
        if (!by.StartsWith(Flagged, StringComparison.Ordinal))
        {
            return (await Records([by[(by.IndexOf('/', StringComparison.Ordinal) + 1)..]], ct)).GetValueOrDefault(by, new(0, 0));
        }

        Subject? flagger = new Subject("flagger", by[Flagged.Length..]);
        var verdicts = await (from r in db.Reports
                              where r.By == flagger && r.State == ReportState.Decided
                              join d in db.Decisions on r.Decision equals d.Id
                              group d by d.Verdict into g
                              select new { Verdict = g.Key, Count = g.Count() }).ToListAsync(ct);
        return new(verdicts.Where(v => Upholds(v.Verdict)).Sum(v => v.Count), verdicts.Sum(v => v.Count));
    }

    private async Task<Dictionary<string, Outcome>> Records(IReadOnlyList<string> pseudonyms, CancellationToken ct)
    {
        if (pseudonyms.Count == 0)
        {
            return [];
        }

        var verdicts = await (from p in db.PassedReports
                              where p.Reporter != null && pseudonyms.Contains(p.Reporter)
                              join r in db.Reports on p.Report equals r.Id
                              where r.State == ReportState.Decided
                              join d in db.Decisions on r.Decision equals d.Id
                              group d by new { p.Reporter, d.Verdict } into g
                              select new { g.Key.Reporter, g.Key.Verdict, Count = g.Count() }).ToListAsync(ct);
        return verdicts.GroupBy(v => v.Reporter).ToDictionary(g => Misuse.Reporter(g.Key!), g => new Outcome(g.Where(v => Upholds(v.Verdict)).Sum(v => v.Count), g.Sum(v => v.Count)));
    }

    private static bool Upholds(Verdict verdict) => verdict is Verdict.Violation or Verdict.Illegal;

    /// <summary>The weight of a flagger of whose <paramref name="decided"/> reports <paramref name="upheld"/> were upheld.</summary>
    public static int Weigh(int upheld, int decided) => Least + Share(100 - Least, upheld, decided);

    /// <summary>The same for a user of the platform: never less than half of what somebody new weighs, and never as much as a flagger.</summary>
    public static int WeighReporter(int upheld, int decided) => (Case.Usual / 2) + Share(Case.Usual, upheld, decided);

    // The mean of Beta(1, 1) after what was seen.
    private static int Share(int of, int upheld, int decided) => (int)Math.Round(of * (upheld + 1.0) / (decided + 2.0));
}
