using Jaga.Audit;
using Jaga.Cases;

namespace Jaga.Reports;

/// <summary>The desk writes to whoever reported; they read it with their receipt code, and are told of it by mail where they gave an address.</summary>
public sealed class AnswerReport(Db db, TimeProvider clock, AuditLog audit, ReportMail mail, ReplyDuty owed)
{
    /// <param name="Words">At most 2,000 characters. The reporter sees them, and not who wrote.</param>
    /// <param name="Seen">The reporter's last message that the writer has read; null where they read all. A later one is not answered by it.</param>
    /// <param name="Again">Of a complaint: the decision is looked at again. The report comes to the desk like a new one, for somebody else than who decided.</param>
    public sealed record Request(string Words, Id<ReportMessage>? Seen = null, bool Again = false);

    /// <exception cref="RuleBroken">The conversation is as long as it may be, the reporter has written meanwhile, or a complaint waits that somebody else must answer.</exception>
    public async Task Run(Id<Report> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var report = await Report.Hold(db, id, ct);
        if (await db.ReportMessages.CountAsync(m => m.Report == id, ct) >= ReportMessage.Most)
        {
            throw new RuleBroken($"This conversation has {ReportMessage.Most} messages already.");
        }

        if (request.Seen is { } seen && await db.ReportMessages.AnyAsync(m => m.Report == id && m.By == null && m.Id.CompareTo(seen) > 0, ct))
        {
            throw new RuleBroken("They have written again meanwhile. Read it before you answer.");
        }

        var (now, against) = (clock.GetUtcNow(), await owed.Against(report, ct));
        var reply = ReportMessage.Of(id, request.Words, actor, now);
        await MayAnswer(against, request, actor, ct);
        db.Add(reply);
        report.AskedAt = null;
        await owed.Keep(report, reply, actor, ct);
        if (request.Again)
        {
            report.Reconsider(now);
            audit.Record(actor, "report.reconsidered", report.Subject, reply.Words, new { decision = against });
        }

        mail.Message(report);
        audit.Record(actor, "report.answered", report.Subject);
        await transaction.Commit(ct);
    }

    private async Task MayAnswer(Id<Decision>? against, Request request, Actor actor, CancellationToken ct)
    {
        if (against is null)
        {
            _ = request.Again ? throw new RuleBroken("Only what somebody complains of is looked at again.") : 0;
            return;
        }

        if (!actor.May(Permission.EditStatements))
        {
            throw new RuleBroken("A lead answers a complaint.");
        }

        if (await db.Decisions.AnyAsync(d => d.Id == against && d.By == actor.Id, ct))
        {
            throw new RuleBroken("Somebody else answers a complaint than who decided.");
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/reports/{id}/messages", async (Id<Report> id, Request request, AnswerReport answer, Actor actor, CancellationToken ct) =>
        {
            await answer.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.AnswerReports)
        .WithSummary("Write to whoever reported").WithDescription("seen is the id of the reporter's last message that you have read: if they wrote again since, nothing is sent. What they write once the decision was told is a complaint: a lead answers it, and not who decided; again sends the report back to the desk.");
}
