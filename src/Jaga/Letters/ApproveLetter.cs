using Jaga.Audit;

namespace Jaga.Letters;

/// <summary>Somebody other than the writer stands for the newest version. Every field must have its value for every recipient by then.</summary>
public sealed class ApproveLetter(Db db, AuditLog audit, LetterSettings settings, LetterPaper paper)
{
    /// <param name="Version">The version that was read.</param>
    public sealed record Request(int Version);

    /// <exception cref="RuleBroken">The approver wrote it, it is not the newest version, or a field has no value.</exception>
    public async Task<ReadLetters.Card> Run(Id<Letter> id, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var letter = await ReadLetters.Locked(db, id, ct);
        letter.Approve(request.Version, actor);
        var draft = await db.Drafts.AsNoTracking().SingleAsync(d => d.Letter == id && d.Number == request.Version, ct);
        if (settings.ApprovedByAnother && draft.By == actor.ToString())
        {
            throw new RuleBroken("Somebody else approves what you wrote.");
        }

        var answers = letter.Answers is { } other ? await db.Letters.AsNoTracking().SingleAsync(l => l.Id == other, ct) : null;
        foreach (var party in await db.Parties.AsNoTracking().Where(p => p.Letter == id).ToListAsync(ct))
        {
            paper.For(letter, draft, party, answers);
        }

        audit.Record(actor, "letter.approved", letter.Subject, letter.Title, new { request.Version });
        return await transaction.Commit(ReadLetters.Show(letter, await ReadLetters.Tallied(db, id, ct)), ct);
    }

    /// <summary><c>POST /letters/{id}/approval</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/{id}/approval", async (Id<Letter> id, Request request, ApproveLetter approve, Actor actor, CancellationToken ct) => TypedResults.Ok(await approve.Run(id, request, actor, ct)))
        .Requires(Permission.ApproveLetters).WithTags("Letters").WithSummary("Stand for the newest version of a letter that somebody else wrote");
}
