using Jaga.Audit;

namespace Jaga.Letters;

/// <summary>A person enters the proof that a recipient has the letter: the post's receipt, a stamped copy, their own answer.</summary>
public sealed class EnterReceipt(Db db, AuditLog audit, Settle settle, TimeProvider clock)
{
    /// <param name="Receipt">The proof, in words.</param>
    /// <param name="At">When they had it; null for now.</param>
    public sealed record Request(string Receipt, DateTimeOffset? At = null);

    public async Task<ReadLetters.Recipient> Run(Id<Letter> id, Id<Party> recipient, Request request, Actor actor, CancellationToken ct)
    {
        var receipt = LetterForm.Words(request.Receipt, "receipt", 1000);
        await using var transaction = await db.Begin(ct);
        var (letter, party) = await Correspondents.Find(db, id, recipient, ct);
        Correspondents.MustHaveLeft(letter);
        party.Receive(receipt, LetterForm.Past(request.At, "at", clock));
        audit.Record(actor, "letter.received", letter.Subject, receipt, new { recipient, party.Position });
        await settle.Reached(letter, party, new Subject("receipt", recipient.ToString()), ct);
        return await transaction.Commit(ReadLetters.Row(party), ct);
    }

    /// <summary><c>POST /letters/{id}/recipients/{recipient}/receipt</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/{id}/recipients/{recipient}/receipt", async (Id<Letter> id, Id<Party> recipient, Request request, EnterReceipt enter, Actor actor, CancellationToken ct) => TypedResults.Ok(await enter.Run(id, recipient, request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Enter the proof that a recipient has the letter");
}
