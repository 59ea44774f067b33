using Jaga.Cases;

namespace Jaga.Reports.Flaggers;

/// <summary>
/// How much a flagger's report weighs in the queue: 50 to 100, by the share of its decided reports that was upheld, smoothed as if one more of each had been.
/// It orders cases of one severity and no more: nobody's report waits behind a lesser harm for it, and nobody's is left out.
/// </summary>
public sealed class FlaggerWeight(Db db)
{
    /// <summary>What every flagger's report weighs, whatever became of those before.</summary>
    public const int Least = 50;

    /// <param name="flagger">The flagger, as <see cref="Report.By"/> has it.</param>
    public async Task<int> Of(Subject flagger, CancellationToken ct)
    {
        var verdicts = await (from r in db.Reports
                              where r.By == flagger && r.State == ReportState.Decided
                              join d in db.Decisions on r.Decision equals d.Id
                              group d by d.Verdict into g
                              select new { Verdict = g.Key, Count = g.Count() }).ToListAsync(ct);
        return Weigh(verdicts.Where(v => v.Verdict is Verdict.Violation or Verdict.Illegal).Sum(v => v.Count), verdicts.Sum(v => v.Count));
    }

    /// <summary>The weight of somebody of whose <paramref name="decided"/> reports <paramref name="upheld"/> were upheld.</summary>
    public static int Weigh(int upheld, int decided) => Least + (int)Math.Round((100 - Least) * (upheld + 1.0) / (decided + 2.0));
}
