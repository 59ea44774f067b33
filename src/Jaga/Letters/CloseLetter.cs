using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Letters;

/// <summary>A person decides that a letter needs no answer, or that a draft will not be sent, and says why. What was owed for it is cancelled with that reason.</summary>
public sealed class CloseLetter(Db db, AuditLog audit, Duties duties, Notices notices)
{
    public sealed record Request(string Why);

    /// <exception cref="RuleBroken">It is over, or on its way.</exception>
    public async Task<ReadLetters.Card> Run(Id<Letter> id, Request request, Actor actor, CancellationToken ct)
    {
        var why = LetterForm.Words(request.Why, "why", 2000);
        await using var transaction = await db.Begin(ct);
        var letter = await ReadLetters.Locked(db, id, ct);
        letter.Close(why);
        audit.Record(actor, "letter.closed", letter.Subject, why);
        await duties.CancelAll(letter.Subject, why, actor, ct);
        await notices.Over(letter.Subject, ct);
        return await transaction.Commit(ReadLetters.Show(letter, await ReadLetters.Tallied(db, id, ct)), ct);
    }

    /// <summary><c>POST /letters/{id}/close</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/{id}/close", async (Id<Letter> id, Request request, CloseLetter close, Actor actor, CancellationToken ct) => TypedResults.Ok(await close.Run(id, request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Close a letter without an answer, or without sending it, and say why");
}
