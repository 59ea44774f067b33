using Jaga.Audit;

namespace Jaga.Reports.Flaggers;

/// <summary>Suspends whoever passed a report on, for a set time and after a warning: what they report is kept and answered, and weighs nothing.</summary>
public sealed class SuspendReporter(Db db, TimeProvider clock, AuditLog audit, ReadMisuse read, TellMisuse tell)
{
    /// <param name="Reason">1 to 2,000 characters; they read it.</param>
    /// <param name="Days">1 to <see cref="Misuse.LongestDays"/>; then it is over by itself.</param>
    public sealed record Request(string Reason, int Days);

    /// <param name="id">One of their reports.</param>
    /// <exception cref="RuleBroken">They were not warned since their last suspension, do not have the warning yet, are suspended already, or nobody knows who they are.</exception>
    public async Task<ReadMisuse.Row> Run(Id<Report> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        return await transaction.Commit(await Suspend(await read.Whose(id, ct), Subject.Of("report", id), id, request, actor, ct), ct);
    }

    /// <summary>Suspends a flagger for what it reports as a whole.</summary>
    /// <exception cref="RuleBroken">It was not warned since its last suspension, or is suspended already.</exception>
    public async Task<ReadMisuse.Row> RunFor(Id<Flagger> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var flagger = await Flagger.Find(db, id, ct);
        return await transaction.Commit(await Suspend(flagger.Subject.ToString(), flagger.Subject, null, request, actor, ct), ct);
    }

    private async Task<ReadMisuse.Row> Suspend(string by, Subject because, Id<Report>? report, Request request, Actor actor, CancellationToken ct)
    {
        var suspension = Misuse.Suspend(by, request.Reason, request.Days, await db.Misuses.AsNoTracking().Where(m => m.By == by).ToListAsync(ct), clock.GetUtcNow());
        db.Add(suspension);
        audit.Record(actor, "misuse.suspended", suspension.Subject, suspension.Reason, new { suspension.By, because, suspension.Warning, suspension.Until });
        await tell.Leave(suspension, report, actor, ct);
        return read.Told(suspension);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/reports/{id}/reporter/suspensions", async (Id<Report> id, Request request, SuspendReporter suspend, Actor actor, CancellationToken ct) =>
                TypedResults.Ok(await suspend.Run(id, request, actor, ct)))
            .Requires(Permission.EditFlaggers)
            .WithSummary("Suspend a flagger or a user of the platform for a time").WithDescription("Only after a warning. Their reports are still kept and answered; they weigh nothing in the queue.");
        api.MapPost("/flaggers/{id}/suspensions", async (Id<Flagger> id, Request request, SuspendReporter suspend, Actor actor, CancellationToken ct) => TypedResults.Ok(await suspend.RunFor(id, request, actor, ct)))
            .Requires(Permission.EditFlaggers)
            .WithSummary("Suspend a flagger for a time").WithDescription("Only after a warning.");
    }
}
