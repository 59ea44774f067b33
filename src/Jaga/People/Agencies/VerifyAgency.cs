using Jaga.Audit;

namespace Jaga.People.Agencies;

/// <summary>Records that somebody made sure of an agency, and how; again whenever it is checked anew.</summary>
public sealed class VerifyAgency(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="How">E.g. which published number was called back; 1 to 1,000 characters.</param>
    public sealed record Request(string How);

    /// <exception cref="BadInput">Nothing is said.</exception>
    /// <exception cref="NotFound">There is no such agency.</exception>
    /// <exception cref="RuleBroken">It is closed.</exception>
    public async Task<AgencyCard> Run(Id<Agency> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var agency = await Agency.Find(db, id, ct);
        agency.Verify(request.How, actor, clock.GetUtcNow());
        audit.Record(actor, "agency.verified", agency.Subject, agency.VerifiedHow!);
        return await transaction.Commit(AgencyCard.Of(agency), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/agencies/{id}/verification", (Id<Agency> id, Request request, VerifyAgency verify, Actor actor, CancellationToken ct) => verify.Run(id, request, actor, ct))
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Record how an agency was verified");
}
