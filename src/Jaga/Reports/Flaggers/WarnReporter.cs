using Jaga.Audit;

namespace Jaga.Reports.Flaggers;

/// <summary>Warns whoever passed a report on that they often report what is manifestly unfounded.</summary>
public sealed class WarnReporter(Db db, TimeProvider clock, AuditLog audit, ReadMisuse read, TellMisuse tell)
{
    /// <param name="Reason">1 to 2,000 characters; they read it.</param>
    public sealed record Request(string Reason);

    /// <param name="id">One of their reports.</param>
    /// <exception cref="RuleBroken">Nobody knows whose report it is, not even by a pseudonym.</exception>
    public async Task<ReadMisuse.Row> Run(Id<Report> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        return await transaction.Commit(await Warn(await read.Whose(id, ct), Subject.Of("report", id), id, request, actor, ct), ct);
    }

    /// <summary>Warns a flagger for what it reports as a whole.</summary>
    public async Task<ReadMisuse.Row> RunFor(Id<Flagger> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var flagger = await Flagger.Find(db, id, ct);
        return await transaction.Commit(await Warn(flagger.Subject.ToString(), flagger.Subject, null, request, actor, ct), ct);
    }

    private async Task<ReadMisuse.Row> Warn(string by, Subject because, Id<Report>? report, Request request, Actor actor, CancellationToken ct)
    {
        var warning = Misuse.Warn(by, request.Reason, clock.GetUtcNow());
        db.Add(warning);
        audit.Record(actor, "misuse.warned", warning.Subject, warning.Reason, new { warning.By, because });
        await tell.Leave(warning, report, actor, ct);
        return read.Told(warning);
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/reports/{id}/reporter/warnings", async (Id<Report> id, Request request, WarnReporter warn, Actor actor, CancellationToken ct) =>
                TypedResults.Ok(await warn.Run(id, request, actor, ct)))
            .Requires(Permission.EditFlaggers)
            .WithSummary("Warn a flagger or a user of the platform of unfounded reports");
        api.MapPost("/flaggers/{id}/warnings", async (Id<Flagger> id, Request request, WarnReporter warn, Actor actor, CancellationToken ct) => TypedResults.Ok(await warn.RunFor(id, request, actor, ct)))
            .Requires(Permission.EditFlaggers)
            .WithSummary("Warn a flagger of unfounded reports");
    }
}
