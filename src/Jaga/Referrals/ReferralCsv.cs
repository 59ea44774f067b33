using System.Globalization;
using Jaga.Obligations;

namespace Jaga.Referrals;

/// <summary>The register as CSV (RFC 4180); what a spreadsheet would take for a formula is made harmless.</summary>
public static class ReferralCsv
{
    private static readonly string[] Head =
        ["id", "authority", "production", "state", "report_id", "about", "account", "follows", "times_opened", "drafted_at", "drafted_by", "signed_at", "signed_by", "finished_at", "retracted_at", "retracted_because", "stopped_by"];

    /// <summary>Writes head and lines.</summary>
    public static async Task Write(IAsyncEnumerable<Referral> referrals, TextWriter to, CancellationToken ct)
    {
        await to.WriteAsync(Csv.Line(Head).AsMemory(), ct);
        await foreach (var r in referrals.WithCancellation(ct))
        {
            await to.WriteAsync(
                Csv.Line([
                    r.Id.ToString(), r.Authority, r.Production ? "yes" : "no", Words.Of(r.State), r.ReportId?.ToString(CultureInfo.InvariantCulture) ?? "", r.About.ToString(), r.Account ?? "",
                    r.Follows?.ToString() ?? "", r.Generation.ToString(CultureInfo.InvariantCulture), Time(r.DraftedAt), r.DraftedBy, Time(r.SignedAt), r.SignedBy ?? "", Time(r.FinishedAt),
                    Time(r.RetractedAt), r.RetractBecause ?? "", r.Halted ?? "",
                ]).AsMemory(),
                ct);
        }
    }

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";
}
