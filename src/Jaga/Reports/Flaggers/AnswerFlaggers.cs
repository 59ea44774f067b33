using Jaga.Cases;
using Jaga.Deliveries;

namespace Jaga.Reports.Flaggers;

/// <summary>
/// Answers flaggers' programs, one message for each report of a decision, in the order in which they came, to the webhook that each named; who named none reads them at the interface.
/// </summary>
public sealed class AnswerFlaggers(Db db, TimeProvider clock, ReadAnswer answers, Outbox outbox, Jobs jobs) : IWork<AnswerFlaggers.Work>
{
    /// <summary>The type of the message, by which its receiver tells it from others.</summary>
    public const string Type = "report.decided";

    private const int AtOnce = 100;

    /// <param name="After">The last report told.</param>
    public sealed record Work(Id<Decision> Decision, Id<Report>? After);

    /// <summary>What is told of one report.</summary>
    /// <param name="Id">The flagger's own id for it.</param>
    /// <param name="Decided">The verdict as a sentence, in the language of the report.</param>
    /// <param name="Done">What was asked of the platform.</param>
    /// <param name="Complain">How to object.</param>
    public sealed record Message(string Id, Id<Report> Report, string Location, Verdict Verdict, string Decided, string Policy, string Reason, IReadOnlyList<string> Done, string Complain, DateTimeOffset ReceivedAt, DateTimeOffset DecidedAt);

    public async Task Run(Work work, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var rest = db.Reports.Where(r => r.Decision == work.Decision && r.Via == ReportVia.Flagger);
        if (work.After is { } after)
        {
            rest = rest.Where(r => r.Id.CompareTo(after) > 0);
        }

        var reports = await rest.OrderBy(r => r.Id).Take(AtOnce).ToListAsync(ct);
        var receivers = await Receivers(reports, ct);
        foreach (var of in reports.Where(r => r.ToldAt is null && receivers.ContainsKey(r.By!.Value)).GroupBy(r => (r.Language, By: r.By!.Value)).ToList())
        {
            var (by, ids) = (of.Key.By.ToString(), of.Select(r => r.Id).ToList());
            var outside = await db.PassedReports.AsNoTracking().Where(p => p.By == by && ids.Contains(p.Report)).ToDictionaryAsync(p => p.Report, p => p.OutsideId, ct);

            // Null where the decision was taken back meanwhile: there is nothing to tell then.
            if (await answers.Run(work.Decision, of.Key.Language, ct) is not { } answer)
            {
                return;
            }

            foreach (var report in of)
            {
                outbox.Send(receivers[of.Key.By], Type, new Message(
                    outside[report.Id], report.Id, report.Location, answer.Verdict, answer.Decided, answer.Policy, answer.Reason, answer.Done, answer.Complain, report.ReceivedAt, answer.At), report.Subject, of.Key.By.ToString());
                report.ToldAt = clock.GetUtcNow();
            }
        }

        if (reports.Count == AtOnce)
        {
            jobs.Later(work with { After = reports[^1].Id });
        }

        await transaction.Commit(ct);
    }

    private async Task<Dictionary<Subject, Id<Receiver>>> Receivers(List<Report> reports, CancellationToken ct)
    {
        var ids = reports.Select(r => r.By).OfType<Subject>().Where(s => s.Kind == "flagger").Select(s => Id<Flagger>.Parse(s.Id, null)).Distinct().ToList();
        var named = await (from f in db.Flaggers.AsNoTracking()
                           where ids.Contains(f.Id)
                           join r in db.Receivers.AsNoTracking() on f.Receiver equals r.Name
                           select new { Flagger = f.Id, Receiver = r.Id }).ToListAsync(ct);
        return named.ToDictionary(n => Subject.Of("flagger", n.Flagger), n => n.Receiver);
    }
}
