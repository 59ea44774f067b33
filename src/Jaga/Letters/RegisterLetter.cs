using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Letters;

/// <summary>Enters a letter that came in. From then on its answer is owed.</summary>
public sealed class RegisterLetter(Db db, AuditLog audit, Duties duties, TimeProvider clock)
{
    /// <summary>The duty to answer.</summary>
    public const string Clause = "house.answer-letter";

    /// <param name="Signatories">Who signed it; the first stands for all in lists.</param>
    /// <param name="Title">Its subject.</param>
    /// <param name="Reference">Their number for it.</param>
    /// <param name="Body">What it says, or a summary.</param>
    /// <param name="ReceivedAt">When it arrived: the clock of its answer runs from then. Null for now; never ahead.</param>
    /// <param name="DueAt">The time that the letter names; null for the house's own (14 days unless changed).</param>
    /// <param name="Owner">The id of the member of staff whose it is.</param>
    /// <param name="NeedsAnswer">False where it is only to be filed.</param>
    public sealed record Request(
        IReadOnlyList<PartyForm> Signatories, string Title, string Language, string? Reference = null, string? Body = null, DateTimeOffset? ReceivedAt = null, DateTimeOffset? DueAt = null,
        string? Owner = null, Subject? About = null, Id<Letter>? Answers = null, bool NeedsAnswer = true);

    /// <exception cref="BadInput">Something cannot be; the field is named.</exception>
    public async Task<ReadLetters.Card> Run(Request request, Actor actor, CancellationToken ct)
    {
        PartyForm.Check(request.Signatories, "signatories", reached: false);
        var now = clock.GetUtcNow();
        var at = request.ReceivedAt?.ToUniversalTime() ?? now;
        if (at > now || at < now.AddYears(-10))
        {
            throw new BadInput("receivedAt", "It arrived in the past ten years, not ahead of now.");
        }

        await using var transaction = await db.Begin(ct);
        if (request.Answers is { } answers && !await db.Letters.AnyAsync(l => l.Id == answers, ct))
        {
            throw new BadInput("answers", "There is no such letter in the register.");
        }

        var letter = new Letter
        {
            Id = Id<Letter>.New(now), Direction = Direction.In, Title = LetterForm.Title(request.Title), Reference = LetterForm.Line(request.Reference, "reference", 100), Language = LetterForm.Language(request.Language),
            About = LetterForm.About(request.About), Answers = request.Answers, Owner = await LetterForm.Owner(db, request.Owner, ct), Body = LetterForm.Body(request.Body, needed: false), At = at, By = actor.ToString(),
            DueAt = request.NeedsAnswer ? request.DueAt?.ToUniversalTime() ?? duties.DueOf(Clause, at) : null,
        }.Arrive(request.NeedsAnswer);
        db.Add(letter);
        db.AddRange(request.Signatories.Select((p, i) => Party.Of(p, letter.Id, i + 1, signs: true, now)));
        audit.Record(actor, "letter.registered", letter.Subject, letter.Title, new { letter.Reference, signatories = request.Signatories.Count, letter.DueAt });
        if (request.NeedsAnswer)
        {
            duties.Open(Clause, letter.Subject, LetterForm.Names(request.Signatories), actor, at, letter.Owner, letter.DueAt);
        }

        return await transaction.Commit(ReadLetters.Show(letter, ReadLetters.Tally.Of(request.Signatories)), ct);
    }

    /// <summary><c>POST /letters/incoming</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/incoming", async (Request request, RegisterLetter register, Actor actor, CancellationToken ct) => TypedResults.Ok(await register.Run(request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Enter a letter that came in; its answer is owed from then on");
}
