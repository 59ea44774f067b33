using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Letters;

/// <summary>Begins a letter that goes out. From then on it is owed to its recipients: a draft that lies there climbs the ladder.</summary>
public sealed class DraftLetter(Db db, AuditLog audit, Duties duties, TimeProvider clock)
{
    /// <summary>The duty to send what was written.</summary>
    public const string Clause = "house.send-letter";

    // An answer that is overdue already gets its own clock, and a short one: the other goes on telling everyone meanwhile.
    private static readonly TimeSpan Overdue = TimeSpan.FromDays(1);

    /// <param name="Title">Its subject line; may hold fields.</param>
    /// <param name="Body">The first version, in the form of a letter's text; may hold fields.</param>
    /// <param name="Recipients">Who it goes to; null for everyone who signed the letter that it answers.</param>
    /// <param name="Reference">The house's own number for it; null to have one made.</param>
    /// <param name="Answers">The letter in the register that it answers.</param>
    /// <param name="DueAt">By when everyone shall have it; null for when the answer is due, or else the house's own time (14 days unless changed).</param>
    /// <param name="Fewer">Why fewer than all who signed get this answer, at most 500 characters. Without it the letter counts as answered once every signatory has an answer, by this letter or others.</param>
    /// <param name="Language">Null for the language of the letter that it answers.</param>
    public sealed record Request(
        string Title, string Body, IReadOnlyList<PartyForm>? Recipients = null, string? Language = null, string? Reference = null, Id<Letter>? Answers = null,
        DateTimeOffset? DueAt = null, string? Owner = null, Subject? About = null, string? Fewer = null);

    /// <exception cref="BadInput">Something cannot be; the field is named.</exception>
    public async Task<ReadLetters.Card> Run(Request request, Actor actor, CancellationToken ct)
    {
        var (title, body) = (LetterForm.Title(request.Title), LetterForm.Body(request.Body, needed: true));
        MergeFields.Check(title, "title");
        MergeFields.Check(body, "body");
        await using var transaction = await db.Begin(ct);
        var answers = request.Answers is { } answered ? await db.Letters.AsNoTracking().SingleOrDefaultAsync(l => l.Id == answered && l.Direction == Direction.In, ct) ?? throw new BadInput("answers", "There is no such letter that came in.") : null;
        var recipients = request.Recipients ?? (answers is null ? null : await Signatories(answers.Id, ct));
        await PartyForm.CheckReached(db, recipients, "recipients", ct);
        var now = clock.GetUtcNow();
        var id = Id<Letter>.New(now);
        var letter = new Letter
        {
            Id = id, Direction = Direction.Out, Title = title, Language = LetterForm.Language(request.Language ?? answers?.Language),
            Reference = LetterForm.Line(request.Reference, "reference", 100) is { Length: > 0 } given ? given : $"L-{now:yyyyMMdd}-{id.Value.ToString("n")[^6..].ToUpperInvariant()}",
            Fewer = LetterForm.Line(request.Fewer, "fewer", 500) is { Length: > 0 } fewer ? fewer : null,
            About = LetterForm.About(request.About) ?? answers?.About, Answers = answers?.Id, Owner = await LetterForm.Owner(db, request.Owner, ct) ?? answers?.Owner, At = now, By = actor.ToString(),
            DueAt = request.DueAt?.ToUniversalTime() ?? (answers is { IsOpen: true, DueAt: { } due } ? (due > now ? due : now + Overdue) : duties.DueOf(Clause, now)),
        };
        db.Add(letter);
        db.AddRange(recipients!.Select((p, i) => Party.Of(p, id, i + 1, signs: false, now)));
        db.Add(letter.Write(title, body, "", actor, now));
        audit.Record(actor, "letter.drafted", letter.Subject, title, new { letter.Reference, recipients = recipients!.Count, answers = letter.Answers, letter.Fewer, letter.DueAt });
        duties.Open(Clause, letter.Subject, LetterForm.Names(recipients), actor, now, letter.Owner, letter.DueAt);
        return await transaction.Commit(ReadLetters.Show(letter, ReadLetters.Tally.Of(recipients)), ct);
    }

    private async Task<List<PartyForm>> Signatories(Id<Letter> letter, CancellationToken ct) =>
        [.. (await db.Parties.AsNoTracking().Where(p => p.Letter == letter).OrderBy(p => p.Position).ToListAsync(ct)).Select(p => p.Form)];

    /// <summary><c>POST /letters</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters", async (Request request, DraftLetter draft, Actor actor, CancellationToken ct) => TypedResults.Ok(await draft.Run(request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Begin a letter; until everyone has it, it is owed to them");
}
