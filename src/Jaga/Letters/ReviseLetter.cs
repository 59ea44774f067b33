using Jaga.Audit;

namespace Jaga.Letters;

/// <summary>Writes another version of a letter that has not left. Every version stays; an approval was for the one before.</summary>
public sealed class ReviseLetter(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="Version">The version that the writer had before them.</param>
    /// <param name="Note">What was changed and why; may be empty.</param>
    /// <param name="Recipients">Who it goes to instead; null for no change.</param>
    public sealed record Request(string Title, string Body, int Version, string? Note = null, IReadOnlyList<PartyForm>? Recipients = null);

    /// <exception cref="RuleBroken">It has left, or somebody else wrote a version meanwhile.</exception>
    public async Task<ReadLetters.Card> Run(Id<Letter> id, Request request, Actor actor, CancellationToken ct)
    {
        var (title, body) = (LetterForm.Title(request.Title), LetterForm.Body(request.Body, needed: true));
        MergeFields.Check(title, "title");
        MergeFields.Check(body, "body");
        await using var transaction = await db.Begin(ct);
        var letter = await ReadLetters.Locked(db, id, ct);
        if (request.Version != letter.Version && letter.Direction is Direction.Out)
        {
            throw new RuleBroken($"Version {letter.Version} is the newest; what you changed was version {request.Version}. Nothing was saved.");
        }

        var now = clock.GetUtcNow();
        db.Add(letter.Write(title, body, LetterForm.Line(request.Note, "note", 500), actor, now));
        if (request.Recipients is { } recipients)
        {
            await PartyForm.CheckReached(db, recipients, "recipients", ct);
            await db.Parties.Where(p => p.Letter == id).ExecuteDeleteAsync(ct);
            db.AddRange(recipients.Select((p, i) => Party.Of(p, id, i + 1, signs: false, now)));
        }

        audit.Record(actor, "letter.revised", letter.Subject, request.Note ?? "", new { letter.Version, recipients = request.Recipients?.Count });
        await db.SaveChangesAsync(ct);
        return await transaction.Commit(ReadLetters.Show(letter, await ReadLetters.Tallied(db, id, ct)), ct);
    }

    /// <summary><c>POST /letters/{id}/versions</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/{id}/versions", async (Id<Letter> id, Request request, ReviseLetter revise, Actor actor, CancellationToken ct) => TypedResults.Ok(await revise.Run(id, request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Write another version of a letter that has not left");
}
