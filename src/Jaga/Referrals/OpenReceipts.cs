using System.Text.Json;
using Jaga.Audit;

namespace Jaga.Referrals;

/// <summary>Opens the receipts of a report: every call and every answer word for word, with NCMEC's <c>Request-ID</c>. That they were opened is on record.</summary>
public sealed class OpenReceipts(Db db, MasterKey master, AuditLog audit)
{
    /// <summary>The most calls in one file; the newest.</summary>
    public const int Most = 2000;

    /// <summary>A call as it went. <paramref name="Request"/> and <paramref name="Response"/> are what was sent and answered, without a file's bytes.</summary>
    public sealed record Receipt(int Generation, DateTimeOffset At, string Path, int Status, int? Code, string Says, string? RequestId, int TookMs, string? Request, string? Response);

    /// <param name="Calls">Oldest first.</param>
    public sealed record Answer(Id<Referral> Id, string Authority, bool Production, ReferralState State, long? ReportId, DateTimeOffset? FinishedAt, IReadOnlyList<Receipt> Calls)
    {
        /// <summary>The name to keep it under.</summary>
        public string FileName => $"{Authority}-{ReportId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Id.ToString()}.json";
    }

    public async Task<Answer> Run(Id<Referral> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var referral = await db.Referrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound("such referral");
        var calls = await db.ReferralCalls.AsNoTracking().Where(c => c.Referral == id).OrderByDescending(c => c.Id).Take(Most).ToListAsync(ct);
        audit.Record(actor, "referral.receipts-opened", referral.Subject, details: new { calls = calls.Count });
        await transaction.Commit(ct);
        return new(referral.Id, referral.Authority, referral.Production, referral.State, referral.ReportId, referral.FinishedAt, [.. calls.AsEnumerable().Reverse().Select(Told)]);
    }

    private Receipt Told(ReferralCall call)
    {
        var (request, response) = call.Open(master);
        return new(call.Generation, call.At, call.Path, call.Status, call.Code, call.Says, call.RequestId, call.TookMs, request, response);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/referrals/{id}/receipts", async (Id<Referral> id, OpenReceipts open, Actor actor, CancellationToken ct) =>
        {
            var answer = await open.Run(id, actor, ct);
            return TypedResults.File(JsonSerializer.SerializeToUtf8Bytes(answer, Json.Options), "application/json", answer.FileName);
        })
        .Requires(Permission.ReadReferrals)
        .WithSummary("Download the receipts of a report").WithDescription("Every call and its answer word for word, with NCMEC's Request-ID. Opening them is on record.");
}
