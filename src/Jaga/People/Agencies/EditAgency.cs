using Jaga.Audit;

namespace Jaga.People.Agencies;

/// <summary>Changes what is told of an agency. What it sent before keeps the clocks that it had.</summary>
public sealed class EditAgency(Db db, AuditLog audit, IRegimeNames regimes)
{
    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="NotFound">There is no such agency.</exception>
    /// <exception cref="RuleBroken">It is closed, or another has this name.</exception>
    public async Task<AgencyCard> Run(Id<Agency> id, AgencyForm form, Actor actor, CancellationToken ct)
    {
        var good = form.Checked(regimes);
        await using var transaction = await db.Begin(ct);
        var agency = await Agency.Find(db, id, ct);
        agency.MustBeOpen();
        await AddAgency.MustBeNew(db, good.Name, id, ct);
        good.Fill(agency);
        audit.Record(actor, "agency.changed", agency.Subject, "", good);
        return await transaction.Commit(AgencyCard.Of(agency), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPut("/agencies/{id}", (Id<Agency> id, AgencyForm form, EditAgency edit, Actor actor, CancellationToken ct) => edit.Run(id, form, actor, ct))
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Change an agency");
}
