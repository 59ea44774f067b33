using Jaga.Audit;

namespace Jaga.Evidence;

/// <summary>
/// Takes a person's request for erasure to every piece of evidence about them, and answers it: what a hold or a law keeps stays and is named with its ground and day,
/// and goes on that day with a certificate. Retention is never shortened by a request; nothing is kept longer because of one.
/// </summary>
public sealed class AskErasure(Db db, Held held, ReadErasures read, AuditLog audit, TimeProvider clock)
{
    private const int MaxText = 200;

    /// <summary>The most pieces that one request covers.</summary>
    public const int MostPieces = 10_000;

    /// <param name="Person">Whom it concerns, as <c>KIND/ID</c>, e.g. <c>account/u42</c>.</param>
    /// <param name="Reference">Where the request is: a letter's number, a ticket.</param>
    public sealed record Request(string Person, string Reference);

    /// <exception cref="BadInput">Something is missing.</exception>
    /// <exception cref="RuleBroken">It concerns more pieces than one request covers.</exception>
    public async Task<ReadErasures.Answer> Run(Request request, Actor actor, CancellationToken ct)
    {
        if ((request.Person ?? "").Split('/', 2) is not [{ Length: > 0 and <= 32 } kind, { Length: > 0 and <= MaxText } id])
        {
            throw new BadInput("person", "Whom it concerns is written KIND/ID, such as account/u42.");
        }

        if (string.IsNullOrWhiteSpace(request.Reference) || request.Reference.Length > MaxText)
        {
            throw new BadInput("reference", $"A request says where it is kept, in at most {MaxText} characters.");
        }

        await using var transaction = await db.Begin(ct);
        await held.TakeTurns(ct);
        var now = clock.GetUtcNow();
        var erasure = new Erasure { Id = Id<Erasure>.New(now), Person = new(kind, id), Reference = request.Reference, AskedAt = now, AskedBy = actor.ToString() };
        db.Add(erasure);
        var holds = await held.Holds(ct);
        var pieces = new List<ErasurePiece>();
        foreach (var kept in await About(await held.Belonging(erasure.Person, ct), ct))
        {
            var (hold, exhibit) = await held.By(kept, holds, ct);
            var until = exhibit?.KeepUntil > kept.DestroyAfter ? exhibit.KeepUntil : kept.DestroyAfter;
            pieces.Add(new() { ErasureId = erasure.Id, ObjectId = kept.Id, Told = hold is not null ? ErasureGround.Held : until is null ? ErasureGround.Endless : ErasureGround.Kept, Until = until });
        }

        db.AddRange(pieces);
        audit.Record(actor, "erasure.asked", erasure.Subject, request.Reference, new { person = erasure.Person.ToString(), pieces = pieces.Count, held = pieces.Count(p => p.Told is ErasureGround.Held) });
        await db.SaveChangesAsync(ct);
        return await transaction.Commit(await read.One(erasure.Id, ct), ct);
    }

    // What was kept about the person or something of theirs, and what was sealed with it.
    private async Task<List<VaultObject>> About(HashSet<Subject> parts, CancellationToken ct)
    {
        var found = new Dictionary<Id<VaultObject>, VaultObject>();
        foreach (var some in parts.GroupBy(p => p.Kind).SelectMany(g => g.Select(p => p.Id).Chunk(200).Select(ids => (Kind: g.Key, Ids: ids))))
        {
            var exhibits = db.Exhibits.Where(e => e.About.Kind == some.Kind && some.Ids.Contains(e.About.Id)).Select(e => e.Id);
            var objects = await db.VaultObjects.AsNoTracking()
                .Where(o => o.DestroyedAt == null && ((o.About.Kind == some.Kind && some.Ids.Contains(o.About.Id)) || db.ExhibitObjects.Any(x => x.ObjectId == o.Id && exhibits.Contains(x.ExhibitId))))
                .OrderBy(o => o.Id).Take(MostPieces + 1).ToListAsync(ct);
            foreach (var one in objects)
            {
                found[one.Id] = one;
            }

            if (found.Count > MostPieces)
            {
                throw new RuleBroken($"This concerns more than {MostPieces:N0} pieces of evidence. Ask for parts of it: one item, one case at a time.");
            }
        }

        return [.. found.Values.OrderBy(o => o.Id)];
    }

    /// <summary><c>POST /evidence/erasures</c></summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/evidence/erasures", (Request request, AskErasure ask, Actor actor, CancellationToken ct) => ask.Run(request, actor, ct))
        .Requires(Permission.HoldEvidence).WithSummary("Answer a person's request for erasure: what stays, on which ground and until when");
}
