using Jaga.Audit;

namespace Jaga.People;

/// <summary>Ends a session: one's own, or with the permission to manage people anybody's. It is over at its next request.</summary>
public sealed class EndSession(Db db, AuditLog audit, TimeProvider clock)
{
    /// <exception cref="NotFound">There is no such session, or it is not this actor's to end.</exception>
    public async Task Run(Id<Session> id, Presence presence, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var session = await db.Sessions.SingleOrDefaultAsync(s => s.Id == id, ct);
        if (session is null || (session.StaffId != presence.Staff && !presence.May(Permission.EditPeople)))
        {
            throw new NotFound("session with this id");
        }

        if (session.EndedAt is null)
        {
            session.EndedAt = clock.GetUtcNow();
            audit.Record(presence.Actor, id == presence.Session ? "staff.signed-out" : "session.ended", Subject.Of("staff", session.StaffId), "", new { session = id });
        }

        await transaction.Commit(ct);
    }

    /// <summary>Ends every session of one person, but for the one that asks.</summary>
    public async Task<EndedSessions> RunAll(Id<StaffMember> id, Presence presence, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var staff = await StaffMember.Hold(db, id, ct);
        var ended = await Session.EndAll(db, id, presence.Session, clock.GetUtcNow(), ct);
        audit.Record(presence.Actor, "session.ended", staff.Subject, "", new { sessions = ended });
        return await transaction.Commit(new EndedSessions(ended), ct);
    }

    /// <summary>How many sessions were ended.</summary>
    public sealed record EndedSessions(int Ended);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapDelete("/me/sessions/{id}", async (Id<Session> id, Presence presence, EndSession end, CancellationToken ct) =>
        {
            await end.Run(id, presence, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.OwnAccount).WithSummary("End one of one's own sessions");
        api.MapDelete("/me/sessions", (Presence presence, EndSession end, CancellationToken ct) => end.RunAll(presence.Me, presence, ct))
            .Requires(Permission.OwnAccount).WithSummary("End all of one's own other sessions");
        api.MapDelete("/people/staff/{id}/sessions", (Id<StaffMember> id, Presence presence, EndSession end, CancellationToken ct) => end.RunAll(id, presence, ct))
            .Requires(Permission.EditPeople).WithSummary("End all sessions of a member of staff");
    }
}
