using Jaga.Audit;

namespace Jaga.Reports.Flaggers;

/// <summary>Warns whoever passed a report on that they often report what is manifestly unfounded.</summary>
public sealed class WarnReporter(Db db, TimeProvider clock, AuditLog audit, ReadMisuse read)
{
    /// <param name="Reason">1 to 2,000 characters; they read it.</param>
    public sealed record Request(string Reason);

    /// <param name="id">One of their reports.</param>
    /// <exception cref="RuleBroken">Nobody knows whose report it is, not even by a pseudonym.</exception>
    public async Task<ReadMisuse.Row> Run(Id<Report> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var warning = Misuse.Warn(await read.Whose(id, ct), request.Reason, clock.GetUtcNow());
        db.Add(warning);
        audit.Record(actor, "misuse.warned", warning.Subject, warning.Reason, new { warning.By, report = id });
        return await transaction.Commit(read.Told(warning), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/reports/{id}/reporter/warnings", async (Id<Report> id, Request request, WarnReporter warn, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await warn.Run(id, request, actor, ct)))
        .Requires(Permission.EditFlaggers)
        .WithSummary("Warn a flagger or a user of the platform of unfounded reports");
}
