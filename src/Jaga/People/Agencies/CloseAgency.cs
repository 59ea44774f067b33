using Jaga.Audit;

namespace Jaga.People.Agencies;

/// <summary>Closes an agency: its officers' accounts and its keys stop working at once. What it sent, and what is still owed to it, stays.</summary>
public sealed class CloseAgency(Db db, AuditLog audit, KnownKeys known, TimeProvider clock)
{
    /// <param name="Why">For the audit log.</param>
    public sealed record Request(string Why);

    /// <exception cref="NotFound">There is no such agency.</exception>
    /// <exception cref="RuleBroken">It is closed already.</exception>
    public async Task Run(Id<Agency> id, Request request, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Begin(ct);
        var agency = await Agency.Find(db, id, ct);
        agency.Close(now);
        audit.Record(actor, "agency.closed", agency.Subject, request.Why);
        foreach (var officer in await db.Staff.Where(s => s.SpeaksFor == agency.Subject && s.DisabledAt == null).ToListAsync(ct))
        {
            officer.Disable(now);
            await Session.EndAll(db, officer.Id, null, now, ct);
            audit.Record(actor, "staff.disabled", officer.Subject, request.Why);
        }

        var keys = await db.ApiKeys.Where(k => k.SpeaksFor == agency.Subject && k.RevokedAt == null).ToListAsync(ct);
        foreach (var key in keys)
        {
            key.RevokedAt = now;
            audit.Record(actor, "api-key.revoked", key.Subject, request.Why);
        }

        await transaction.Commit(ct);
        keys.ForEach(known.Forget);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/agencies/{id}/close", async (Id<Agency> id, Request request, CloseAgency close, Actor actor, CancellationToken ct) =>
        {
            await close.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Close an agency, with its officers and keys");
}
