using Jaga.Audit;

namespace Jaga.Reports;

/// <summary>The desk writes to whoever reported; they read it with their receipt code, and are told of it by mail where they gave an address.</summary>
public sealed class AnswerReport(Db db, TimeProvider clock, AuditLog audit, ReportMail mail)
{
    /// <param name="Words">At most 2,000 characters. The reporter sees them, and not who wrote.</param>
    public sealed record Request(string Words);

    /// <exception cref="RuleBroken">The conversation is as long as it may be.</exception>
    public async Task Run(Id<Report> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var report = await db.Reports.SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound("such report");
        if (await db.ReportMessages.CountAsync(m => m.Report == id, ct) >= ReportMessage.Most)
        {
            throw new RuleBroken($"This conversation has {ReportMessage.Most} messages already.");
        }

        db.Add(ReportMessage.Of(id, request.Words, actor, clock.GetUtcNow()));
        report.AskedAt = null;
        mail.Message(report);
        audit.Record(actor, "report.answered", report.Subject);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/reports/{id}/messages", async (Id<Report> id, Request request, AnswerReport answer, Actor actor, CancellationToken ct) =>
        {
            await answer.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.AnswerReports)
        .WithSummary("Write to whoever reported");
}
