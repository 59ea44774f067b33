using Jaga.Audit;

namespace Jaga.Reports.Flaggers;

/// <summary>Suspends whoever passed a report on, for a set time and after a warning: what they report is kept and answered, and weighs nothing.</summary>
public sealed class SuspendReporter(Db db, TimeProvider clock, AuditLog audit, ReadMisuse read)
{
    /// <param name="Reason">1 to 2,000 characters; they read it.</param>
    /// <param name="Days">1 to <see cref="Misuse.LongestDays"/>; then it is over by itself.</param>
    public sealed record Request(string Reason, int Days);

    /// <param name="id">One of their reports.</param>
    /// <exception cref="RuleBroken">They were not warned since their last suspension, are suspended already, or nobody knows who they are.</exception>
    public async Task<ReadMisuse.Row> Run(Id<Report> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var by = await read.Whose(id, ct);
        var suspension = Misuse.Suspend(by, request.Reason, request.Days, await db.Misuses.AsNoTracking().Where(m => m.By == by).ToListAsync(ct), clock.GetUtcNow());
        db.Add(suspension);
        audit.Record(actor, "misuse.suspended", suspension.Subject, suspension.Reason, new { suspension.By, report = id, suspension.Warning, suspension.Until });
        return await transaction.Commit(read.Told(suspension), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/reports/{id}/reporter/suspensions", async (Id<Report> id, Request request, SuspendReporter suspend, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await suspend.Run(id, request, actor, ct)))
        .Requires(Permission.EditFlaggers)
        .WithSummary("Suspend a flagger or a user of the platform for a time").WithDescription("Only after a warning. Their reports are still kept and answered; they weigh nothing in the queue.");
}
