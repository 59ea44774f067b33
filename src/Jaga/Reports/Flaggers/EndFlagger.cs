using Jaga.Audit;
using Jaga.People;

namespace Jaga.Reports.Flaggers;

/// <summary>Ends a flagger: its status was taken, or it asks no more. Its keys stop working at once; what it reported stays, and is answered.</summary>
public sealed class EndFlagger(Db db, AuditLog audit, KnownKeys known, TimeProvider clock)
{
    /// <param name="Reason">1 to 2,000 characters; for the audit log.</param>
    public sealed record Request(string Reason);

    /// <exception cref="RuleBroken">It was ended before.</exception>
    public async Task Run(Id<Flagger> id, Request request, Actor actor, CancellationToken ct)
    {
        var (now, why) = (clock.GetUtcNow(), Misuse.Why(request.Reason));
        await using var transaction = await db.Begin(ct);
        var flagger = await Flagger.Find(db, id, ct);
        flagger.End(now);
        audit.Record(actor, "flagger.ended", flagger.Subject, why);
        var keys = await db.ApiKeys.Where(k => k.SpeaksFor == flagger.Subject && k.RevokedAt == null).ToListAsync(ct);
        foreach (var key in keys)
        {
            key.RevokedAt = now;
            audit.Record(actor, "api-key.revoked", key.Subject, why);
        }

        await transaction.Commit(ct);
        keys.ForEach(known.Forget);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/flaggers/{id}/end", async (Id<Flagger> id, Request request, EndFlagger end, Actor actor, CancellationToken ct) =>
        {
            await end.Run(id, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditFlaggers)
        .WithSummary("End a flagger, with its keys");
}
