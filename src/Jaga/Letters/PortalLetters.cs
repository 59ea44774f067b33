using Jaga.Audit;

namespace Jaga.Letters;

/// <summary>What lies in an agency's portal for it. The room that keeps the portal shows it, and says here when the agency opened it.</summary>
public sealed class PortalLetters(Db db, AuditLog audit, LetterPaper paper, Settle settle, TimeProvider clock)
{
    /// <summary>One letter in the portal.</summary>
    public sealed record Card(Id<Party> Id, string Title, string Reference, string Language, DateTimeOffset LeftAt, DateTimeOffset? ReadAt);

    /// <summary>An agency's letters, newest first, at most 200; none of anybody else's.</summary>
    public async Task<IReadOnlyList<Card>> Of(string agency, CancellationToken ct) => await db.Parties.AsNoTracking()
        .Where(p => p.Agency == agency && p.Way == Way.Portal && (p.State == PartyState.PostedToPortal || p.State == PartyState.Received))
        .Join(db.Letters, p => p.Letter, l => l.Id, (p, l) => new { p, l }).OrderByDescending(r => r.p.LeftAt).ThenByDescending(r => r.p.Id).Take(Page<Card>.MaxSize)
        .Select(r => new Card(r.p.Id, r.l.Title, r.l.Reference, r.l.Language, r.p.LeftAt!.Value, r.p.ReadAt)).ToListAsync(ct);

    /// <summary>The agency opens one of its letters: it has it from then on, which is the receipt.</summary>
    /// <exception cref="NotFound">It has no such letter.</exception>
    public async Task<Sheet> Open(Id<Party> id, string agency, Actor reader, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var found = await db.Parties.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.Agency == agency && p.Way == Way.Portal, ct);
        if (found is null || found.State is not (PartyState.PostedToPortal or PartyState.Received))
        {
            throw new NotFound("such letter");
        }

        var (letter, party) = await Correspondents.Find(db, found.Letter, id, ct);
        var first = party.ReadAt is null;
        var draft = await db.Drafts.AsNoTracking().SingleAsync(d => d.Letter == letter.Id && d.Number == letter.Version, ct);
        var answers = letter.Answers is { } other ? await db.Letters.AsNoTracking().SingleAsync(l => l.Id == other, ct) : null;
        var sheet = paper.For(letter, draft, party, answers);
        party.Read($"Opened in the portal by {reader.Name}.", clock.GetUtcNow());
        audit.Record(reader, first ? "letter.received" : "letter.read", letter.Subject, "", new { recipient = id, party.Position });
        if (first)
        {
            await settle.Reached(letter, party, new Subject("receipt", id.ToString()), ct);
        }

        return await transaction.Commit(sheet, ct);
    }
}
