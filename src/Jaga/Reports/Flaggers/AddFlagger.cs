using Jaga.Audit;

namespace Jaga.Reports.Flaggers;

/// <summary>Names an organisation whose reports are read before others.</summary>
public sealed class AddFlagger(Db db, TimeProvider clock, AuditLog audit)
{
    public sealed record Answer(Id<Flagger> Id);

    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="RuleBroken">There is one of this name, or no such receiver.</exception>
    public async Task<Answer> Run(FlaggerForm form, Actor actor, CancellationToken ct)
    {
        var good = form.Checked();
        await using var transaction = await db.Begin(ct);
        var flagger = Flagger.New(clock.GetUtcNow());
        await Flagger.MustFit(db, good, flagger.Id, ct);
        flagger.Fill(good);
        db.Add(flagger);
        audit.Record(actor, "flagger.added", flagger.Subject, flagger.StatusBy, good);
        return await transaction.Commit(new Answer(flagger.Id), ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/flaggers", async (FlaggerForm form, AddFlagger add, Actor actor, CancellationToken ct) => TypedResults.Ok(await add.Run(form, actor, ct)))
        .Requires(Permission.EditFlaggers)
        .WithSummary("Name a trusted flagger or another organisation");
}
