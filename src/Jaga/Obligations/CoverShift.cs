using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>Somebody takes a shift of a rota, or a part of one, in place of whose turn it is.</summary>
public sealed class CoverShift(Db db, AuditLog audit, TimeProvider clock)
{
    /// <summary>The longest that one cover may last.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <param name="Person">The id of who stands in.</param>
    public sealed record Request(string Person, DateTimeOffset From, DateTimeOffset Until);

    /// <exception cref="NotFound">There is no such rota.</exception>
    /// <exception cref="BadInput">The person or the times cannot be.</exception>
    public async Task Run(Id<Rota> id, Request request, Actor actor, CancellationToken ct)
    {
        MustBeTime(request.From, request.Until);
        await SetRota.MustWork(db, "person", request.Person, ct);
        await using var transaction = await db.Begin(ct);
        var rota = await db.Rotas.SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound($"rota {id}");
        db.Add(new Cover { Id = Id<Cover>.New(clock), Rota = id, Person = request.Person, StartsAt = request.From, EndsAt = request.Until, SetBy = actor.ToString() });
        audit.Record(actor, "rota.covered", rota.Subject, details: new { request.Person, request.From, request.Until });
        await transaction.Commit(ct);
    }

    /// <summary>Takes a cover back.</summary>
    /// <exception cref="NotFound">There is none.</exception>
    public async Task TakeBack(Id<Cover> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var cover = await db.Covers.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new NotFound($"cover {id}");
        db.Remove(cover);
        audit.Record(actor, "rota.uncovered", cover.Subject, details: new { cover.Person, cover.StartsAt, cover.EndsAt });
        await transaction.Commit(ct);
    }

    internal static void MustBeTime(DateTimeOffset from, DateTimeOffset until)
    {
        if (until <= from || until - from > Longest)
        {
            throw new BadInput("until", "The end comes after the beginning, at most a year later.");
        }
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/rotas/{id}/covers", async (Id<Rota> id, Request request, Actor actor, CoverShift cover, CancellationToken ct) =>
        {
            await cover.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditDuties).WithTags("Obligations").WithSummary("Let somebody stand in for a while");
        api.MapPost("/covers/{id}/take-back", async (Id<Cover> id, Actor actor, CoverShift cover, CancellationToken ct) =>
        {
            await cover.TakeBack(id, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditDuties).WithTags("Obligations").WithSummary("Take a cover back");
    }
}
