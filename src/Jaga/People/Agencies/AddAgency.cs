using Jaga.Audit;

namespace Jaga.People.Agencies;

/// <summary>Enters an agency. Nobody comes in for it before somebody made sure of it (<see cref="VerifyAgency"/>).</summary>
public sealed class AddAgency(Db db, AuditLog audit, IRegimeNames regimes, TimeProvider clock)
{
    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="RuleBroken">There is one of this name.</exception>
    public async Task<AgencyCard> Run(AgencyForm form, Actor actor, CancellationToken ct)
    {
        var good = form.Checked(regimes);
        await using var transaction = await db.Begin(ct);
        await MustBeNew(db, good.Name, null, ct);
        var now = clock.GetUtcNow();
        var agency = new Agency { Id = Id<Agency>.New(now), Name = good.Name, Country = good.Country, Competence = good.Competence, Regimes = good.Regimes, Contact = good.Contact, Language = good.Language, AddedAt = now };
        good.Fill(agency);
        db.Add(agency);
        audit.Record(actor, "agency.added", agency.Subject, "", good);
        return await transaction.Commit(AgencyCard.Of(agency), ct);
    }

    internal static async Task MustBeNew(Db db, string name, Id<Agency>? but, CancellationToken ct)
    {
        if (await db.Agencies.AnyAsync(a => a.Name == name && a.Id != but, ct))
        {
            throw new RuleBroken("There is an agency of this name already.");
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/agencies", (AgencyForm form, AddAgency add, Actor actor, CancellationToken ct) => add.Run(form, actor, ct))
        .Requires(Permission.EditAgencies).WithTags("Agencies").WithSummary("Enter an agency");
}
