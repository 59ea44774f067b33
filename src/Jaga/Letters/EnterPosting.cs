using Jaga.Audit;

namespace Jaga.Letters;

/// <summary>A person gave a recipient's letter to the post, and enters its number. It is under way from then on, and sent only with the receipt.</summary>
public sealed class EnterPosting(Db db, AuditLog audit, Settle settle, TimeProvider clock)
{
    /// <param name="Tracking">The post's number.</param>
    /// <param name="At">When it was posted; null for now.</param>
    public sealed record Request(string Tracking, DateTimeOffset? At = null);

    public async Task<ReadLetters.Recipient> Run(Id<Letter> id, Id<Party> recipient, Request request, Actor actor, CancellationToken ct)
    {
        var tracking = LetterForm.Line(LetterForm.Words(request.Tracking, "tracking", 100), "tracking", 100);
        await using var transaction = await db.Begin(ct);
        var (letter, party) = await Correspondents.Find(db, id, recipient, ct);
        Correspondents.MustHaveLeft(letter);
        party.Posted(tracking, LetterForm.Past(request.At, "at", clock));
        await settle.TriedAgain(letter, party, ct);
        audit.Record(actor, "letter.posted", letter.Subject, tracking, new { recipient, party.Position });
        return await transaction.Commit(ReadLetters.Row(party), ct);
    }

    /// <summary><c>POST /letters/{id}/recipients/{recipient}/posting</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/{id}/recipients/{recipient}/posting", async (Id<Letter> id, Id<Party> recipient, Request request, EnterPosting enter, Actor actor, CancellationToken ct) => TypedResults.Ok(await enter.Run(id, recipient, request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Enter the tracking number of a letter given to the post");
}
