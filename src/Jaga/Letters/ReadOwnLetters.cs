using Jaga.Audit;
using Jaga.People.Agencies;

namespace Jaga.Letters;

/// <summary>What lies in an agency's portal for it, and nothing of anybody else's. That it opens a letter is the proof that it has it.</summary>
public sealed class ReadOwnLetters(Db db, AuditLog audit, LetterPaper paper, Settle settle, TimeProvider clock)
{
    /// <summary>One letter in the portal. Times in UTC.</summary>
    /// <param name="Id">Of the copy for this agency.</param>
    /// <param name="Title">Its subject line as this agency gets it.</param>
    /// <param name="Reference">The house's number for it.</param>
    /// <param name="LeftAt">When it was laid there.</param>
    /// <param name="ReadAt">When the agency first opened it; null while it has not.</param>
    public sealed record Row(Id<Party> Id, string Title, string Reference, string Language, DateTimeOffset LeftAt, DateTimeOffset? ReadAt);

    /// <summary>One letter as this agency gets it.</summary>
    /// <param name="Text">The whole letter as text.</param>
    /// <param name="Html">The same on paper: one HTML document with its letterhead, which needs nothing from anywhere.</param>
    public sealed record Opened(Row Letter, string Text, string Html);

    /// <summary>Newest first.</summary>
    /// <exception cref="NotFound">The actor speaks for no agency.</exception>
    public async Task<Page<Row>> Run(PageRequest page, Actor actor, CancellationToken ct)
    {
        var parties = await Mine(actor, ct);
        if (page.AfterId<Party>() is { } after)
        {
            parties = parties.Where(p => p.Id.CompareTo(after) < 0);
        }

        var mine = await parties.OrderByDescending(p => p.Id).Take(page.Rows + 1).ToListAsync(ct);
        var ids = mine.Select(p => p.Letter).Distinct().ToList();
        var letters = await db.Letters.AsNoTracking().Where(l => ids.Contains(l.Id) || db.Letters.Any(o => o.Answers == l.Id && ids.Contains(o.Id))).ToDictionaryAsync(l => l.Id, ct);
        return Page<Row>.Of([.. mine.Select(p => RowOf(letters[p.Letter], p, paper.Subject(letters[p.Letter], p, letters[p.Letter].Answers is { } answered ? letters[answered] : null)))], page.Rows, r => r.Id.ToString());
    }

    /// <summary>Opens one: the agency has it from then on, which is the receipt.</summary>
    /// <exception cref="NotFound">The agency has no such letter; the same words as for one that is not there.</exception>
    public async Task<Opened> One(Id<Party> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var found = await (await Mine(actor, ct)).SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw new NotFound("such letter");
        var (letter, party) = await Correspondents.Find(db, found.Letter, id, ct);
        var first = party.ReadAt is null;
        var draft = await db.Drafts.AsNoTracking().SingleAsync(d => d.Letter == letter.Id && d.Number == letter.Version, ct);
        var answers = letter.Answers is { } other ? await db.Letters.AsNoTracking().SingleAsync(l => l.Id == other, ct) : null;
        var sheet = paper.For(letter, draft, party, answers, party.LeftAt);
        party.Read($"Opened in the portal by {actor.Name}.", clock.GetUtcNow());
        audit.Record(actor, first ? "letter.received" : "letter.read", letter.Subject, "", new { recipient = id, party.Position });
        if (first)
        {
            await settle.Reached(letter, party, new Subject("receipt", id.ToString()), ct);
        }

        return await transaction.Commit(new Opened(RowOf(letter, party, sheet.Subject), sheet.Text, sheet.Html), ct);
    }

    // What has left for this agency through the portal, or was entered as received since; a way that was given up for another is gone from here.
    private async Task<IQueryable<Party>> Mine(Actor actor, CancellationToken ct)
    {
        var agency = (await Agency.Of(db, actor, ct)).Id.ToString();
        return db.Parties.AsNoTracking().Where(p => p.Agency == agency && p.Way == Way.Portal && (p.State == PartyState.PostedToPortal || p.State == PartyState.Received));
    }

    private static Row RowOf(Letter letter, Party party, string title) => new(party.Id, title, letter.Reference, letter.Language, party.LeftAt!.Value, party.ReadAt);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agency/letters", (string? after, int? size, ReadOwnLetters read, Actor actor, CancellationToken ct) => read.Run(new(after, size), actor, ct))
            .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("The letters that lie in the portal for your agency, newest first");
        api.MapGet("/agency/letters/{id}", (Id<Party> id, ReadOwnLetters read, Actor actor, CancellationToken ct) => read.One(id, actor, ct))
            .Requires(Permission.UseAgencyDoor).WithTags("Agency door").WithSummary("Read one of your agency's letters").WithDescription("That it was read is recorded, and is the proof that your agency has it.");
    }
}
