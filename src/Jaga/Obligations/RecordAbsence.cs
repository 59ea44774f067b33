using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>A member of staff is away for a while and is not called. Everybody may say so for themselves; why is not asked.</summary>
public sealed class RecordAbsence(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="Person">The id of the member of staff; null for oneself.</param>
    public sealed record Request(string? Person, DateTimeOffset From, DateTimeOffset Until);

    public sealed record Answer(Id<Absence> Id);

    /// <exception cref="RuleBroken">It is somebody else, and the caller may not say so for others.</exception>
    /// <exception cref="BadInput">The person or the times cannot be.</exception>
    public async Task<Answer> Run(Request request, Actor actor, CancellationToken ct)
    {
        var person = request.Person ?? actor.Id;
        MustConcern(person, actor);
        CoverShift.MustBeTime(request.From, request.Until);
        await SetRota.MustWork(db, "person", person, ct);
        await using var transaction = await db.Begin(ct);
        var absence = new Absence { Id = Id<Absence>.New(clock), Person = person, StartsAt = request.From, EndsAt = request.Until, SetBy = actor.ToString() };
        db.Add(absence);
        audit.Record(actor, "absence.recorded", absence.Subject, details: new { request.From, request.Until });
        return await transaction.Commit(new Answer(absence.Id), ct);
    }

    /// <summary>They are there after all.</summary>
    /// <exception cref="NotFound">There is none.</exception>
    public async Task TakeBack(Id<Absence> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var absence = await db.Absences.SingleOrDefaultAsync(a => a.Id == id, ct) ?? throw new NotFound($"absence {id}");
        MustConcern(absence.Person, actor);
        db.Remove(absence);
        audit.Record(actor, "absence.taken-back", absence.Subject);
        await transaction.Commit(ct);
    }

    private static void MustConcern(string person, Actor actor)
    {
        if (person != actor.Id && !actor.May(Permission.EditDuties))
        {
            throw new RuleBroken("You can say for yourself when you are away; for others only who sets the rota.");
        }
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/absences", (Request request, Actor actor, RecordAbsence record, CancellationToken ct) => record.Run(request, actor, ct))
            .Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("Say that somebody is away");
        api.MapPost("/absences/{id}/take-back", async (Id<Absence> id, Actor actor, RecordAbsence record, CancellationToken ct) =>
        {
            await record.TakeBack(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.ReadObligations).WithTags("Obligations").WithSummary("They are there after all");
    }
}
