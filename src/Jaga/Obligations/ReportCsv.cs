using System.Globalization;

namespace Jaga.Obligations;

/// <summary>A report as CSV (RFC 4180): one line for each obligation of the period, so that every sum can be counted again.</summary>
public static class ReportCsv
{
    private static readonly string[] Head =
        ["clause", "obligation", "about", "owed_to", "queue", "person", "opened", "due", "outcome", "closed", "kept_by", "cancelled_because", "warnings", "pauses", "paused_seconds", "explanations"];

    /// <summary>Writes head and lines, and says how many lines.</summary>
    public static async Task<int> Write(IAsyncEnumerable<ReadReport.Told> told, TextWriter to, CancellationToken ct)
    {
        await to.WriteAsync(Csv.Line(Head).AsMemory(), ct);
        var lines = 0;
        await foreach (var one in told.WithCancellation(ct))
        {
            var owed = one.Story.Obligation;
            await to.WriteAsync(
                Csv.Line([
                    owed.Clause, owed.Id.ToString(), owed.About.ToString(), owed.OwedTo, owed.Queue, owed.Person ?? "", Time(owed.OpenedAt), Time(owed.DueAt), Words.Of(one.Outcome),
                    one.Outcome is ReportOutcome.Broken or ReportOutcome.Open ? "" : Time(owed.ClosedAt), owed.KeptBy ?? "", owed.CancelledBecause ?? "",
                    string.Join("; ", one.Story.Rungs.Select(r => $"{r.Percent} % {Words.Of(r.Whom)} {Time(r.FiredAt)}{(r.Told ? "" : " (over before anybody was told)")}")),
                    string.Join("; ", one.Story.Pauses.Select(p => $"{Time(p.StartsAt)} to {Time(p.EndsAt)}: {p.Ground}")),
                    one.PausedSeconds.ToString("0", CultureInfo.InvariantCulture),
                    string.Join("; ", one.Explanations.Select(e => e.Words)),
                ]).AsMemory(),
                ct);
            lines++;
        }

        return lines;
    }

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";
}
