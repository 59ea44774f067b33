using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.Obligations;

namespace Jaga.Reports.Flaggers;

/// <summary>
/// Brings warnings and suspensions to whom they are for: to the webhook of a flagger, or of the platform for one of its users. Owed until the webhook has confirmed it, they
/// read it at the interface, or somebody enters how else they were told.
/// </summary>
public sealed class TellMisuse(Db db, TimeProvider clock, AuditLog audit, Outbox outbox, Duties duties, EnforcementSettings platform, ReadMisuse read) : IOnDelivered
{
    /// <summary>The type of the message, by which its receiver tells it from others.</summary>
    public const string Message = "misuse.told";

    /// <summary>The house's clause.</summary>
    public const string Clause = "house.tell-misuse";

    public string Type => Message;

    /// <param name="Words">How they were told, 1 to 2,000 characters, e.g. by telephone and when.</param>
    public sealed record Request(string Words);

    /// <summary>What is told.</summary>
    /// <param name="Report">Their own id for the report that it was about, by which a platform knows which of its users is meant; null where it is about a flagger's reports as a whole.</param>
    public sealed record Told(ReadMisuse.Row Misuse, string? Report);

    /// <summary>Somebody says how they were told.</summary>
    /// <exception cref="RuleBroken">They have it already.</exception>
    public async Task<ReadMisuse.Row> Run(Id<Misuse> id, Request request, Actor actor, CancellationToken ct)
    {
        var words = Misuse.Why(request.Words);
        await using var transaction = await db.Begin(ct);
        var step = await db.Misuses.SingleOrDefaultAsync(m => m.Id == id, ct) ?? throw new NotFound("such warning");
        if (step.ToldAt is not null)
        {
            throw new RuleBroken("They have it already.");
        }

        await Keep(step, Subject.Of("receipt", id), words, actor, ct);
        return await transaction.Commit(read.Told(step), ct);
    }

    /// <summary>A step was taken; in the caller's transaction.</summary>
    /// <param name="report">The report that it is about; null for a flagger's as a whole.</param>
    internal async Task Leave(Misuse step, Id<Report>? report, Actor actor, CancellationToken ct)
    {
        var flagger = step.By.StartsWith("flagger/", StringComparison.Ordinal) ? await Flagger.Find(db, Id<Flagger>.Parse(step.By["flagger/".Length..], null), ct) : null;
        duties.Open(Clause, step.Subject, flagger?.Name ?? "a user of the platform", actor);
        var receiver = flagger is null ? platform.Receiver : flagger.Receiver;
        if (receiver is not null && await db.Receivers.AnyAsync(r => r.Name == receiver, ct))
        {
            var outside = report is null ? null : await db.PassedReports.Where(p => p.Report == report).Select(p => p.OutsideId).FirstOrDefaultAsync(ct);
            await outbox.Send(receiver, Message, new Told(read.Told(step), outside), step.Subject, step.By, ct: ct);
        }
    }

    /// <summary>They read all that stands against them, by their own program.</summary>
    internal async Task Seen(string by, Actor actor, CancellationToken ct)
    {
        if (!await db.Misuses.AnyAsync(m => m.By == by && m.ToldAt == null, ct))
        {
            return;
        }

        await using var transaction = await db.Begin(ct);
        foreach (var step in await db.Misuses.Where(m => m.By == by && m.ToldAt == null).OrderBy(m => m.Id).ToListAsync(ct))
        {
            await Keep(step, Subject.Of("receipt", step.Id), "Read at the interface.", actor, ct);
        }

        await transaction.Commit(ct);
    }

    public async Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
    {
        var id = Id<Misuse>.Parse(delivery.About.Id, null);
        if (await db.Misuses.SingleAsync(m => m.Id == id, ct) is { ToldAt: null } step)
        {
            await Keep(step, delivery.Subject, "", Actor.System("reports"), ct);
        }
    }

    private async Task Keep(Misuse step, Subject by, string words, Actor actor, CancellationToken ct)
    {
        step.Tell(clock.GetUtcNow());
        audit.Record(actor, "misuse.told", step.Subject, words, new { by });
        await duties.Keep(step.Subject, Clause, by, actor, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/misuses/{id}/told", async (Id<Misuse> id, Request request, TellMisuse tell, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await tell.Run(id, request, actor, ct)))
        .Requires(Permission.EditFlaggers)
        .WithSummary("Enter how somebody was told of a warning or suspension").WithDescription("For whom no webhook reaches, and who does not read it at the interface.");
}
