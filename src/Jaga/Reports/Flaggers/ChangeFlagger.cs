using Jaga.Audit;

namespace Jaga.Reports.Flaggers;

/// <summary>Changes what is told of a flagger. What it reported before keeps its answers.</summary>
public sealed class ChangeFlagger(Db db, AuditLog audit)
{
    /// <exception cref="BadInput">A field cannot be.</exception>
    /// <exception cref="RuleBroken">It was ended, another has this name, or there is no such receiver.</exception>
    public async Task Run(Id<Flagger> id, FlaggerForm form, Actor actor, CancellationToken ct)
    {
        var good = form.Checked();
        await using var transaction = await db.Begin(ct);
        var flagger = await Flagger.Find(db, id, ct);
        await Flagger.MustFit(db, good, id, ct);
        flagger.Fill(good);
        audit.Record(actor, "flagger.changed", flagger.Subject, "", good);
        await transaction.Commit(ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPut("/flaggers/{id}", async (Id<Flagger> id, FlaggerForm form, ChangeFlagger change, Actor actor, CancellationToken ct) =>
        {
            await change.Run(id, form, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditFlaggers)
        .WithSummary("Change a flagger");
}
