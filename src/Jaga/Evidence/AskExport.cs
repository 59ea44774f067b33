namespace Jaga.Evidence;

/// <summary>Asks for a second person's word before an exhibit is exported, where the policy wants two (<see cref="EvidenceSettings.TwoPersons"/>).</summary>
public sealed class AskExport(Db db, SecondWords words)
{
    /// <param name="Reason">Why it is to leave, and to whom.</param>
    public sealed record Request(string Reason);

    /// <exception cref="NotFound">There is no such exhibit.</exception>
    public async Task<SecondWord> Run(Id<Exhibit> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var exhibit = await db.Exhibits.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) ?? throw new NotFound("such exhibit");
        return await transaction.Commit(words.Ask(TwoPersonAct.Export, exhibit.Subject, request.Reason, actor), ct);
    }

    /// <summary><c>POST /evidence/exhibits/{id}/exports</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/exhibits/{id}/exports", (Id<Exhibit> id, Request request, AskExport ask, Actor actor, CancellationToken ct) => ask.Run(id, request, actor, ct))
        .Requires(Permission.ExportEvidence).WithSummary("Ask for a second person's word for an export");
}
