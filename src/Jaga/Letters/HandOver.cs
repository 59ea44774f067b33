using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>The work of writing one recipient's message and leaving it for the mail server.</summary>
public sealed record HandOver(Id<Party> Party);

/// <summary>Makes the sheet for one recipient and writes the delivery, to the address that they have by then. Done twice, it writes one.</summary>
public sealed class HandOverLetter(Db db, Outbox outbox, LetterPaper paper, PrintLetter print, LetterSettings settings) : IWork<HandOver>
{
    /// <summary>The type of a letter's delivery.</summary>
    public const string Type = "letter";

    public async Task Run(HandOver work, CancellationToken ct)
    {
        if (await Waiting(work.Party, ct) is not { } seen)
        {
            return;
        }

        // The sheet is made before the transaction: it may take a while, and nobody needs to wait for it.
        var mail = await Mail(seen, ct);
        db.ChangeTracker.Clear();
        await using var transaction = await db.Begin(ct);

        // Under the letter's lock, and only to the address that it was written for: whoever corrects an address while the sheet is made leaves a work of their own, which writes to the new one.
        await ReadLetters.Locked(db, seen.Letter, ct);
        if (await Waiting(work.Party, ct) is { } party && party.Email == seen.Email)
        {
            party.Handed(outbox.Mail(mail, party.Subject, type: Type).Id);
            await transaction.Commit(ct);
        }
    }

    private Task<Party?> Waiting(Id<Party> id, CancellationToken ct) =>
        db.Parties.SingleOrDefaultAsync(p => p.Id == id && p.Way == Way.Email && p.State == PartyState.UnderWay && p.Delivery == null, ct);

    private async Task<MailMessage> Mail(Party party, CancellationToken ct)
    {
        var letter = await db.Letters.AsNoTracking().SingleAsync(l => l.Id == party.Letter, ct);
        var draft = await db.Drafts.AsNoTracking().SingleAsync(d => d.Letter == letter.Id && d.Number == letter.Version, ct);
        var answers = letter.Answers is { } other ? await db.Letters.AsNoTracking().SingleAsync(l => l.Id == other, ct) : null;
        var sheet = paper.For(letter, draft, party, answers);
        var name = string.Concat(letter.Reference.Select(c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '-'));
        return new([party.Email!], sheet.Subject, sheet.Text)
        {
            FromName = settings.Name, ReplyTo = settings.ReplyTo, Language = letter.Language, Tracked = true,
            Files = [await print.Print(sheet.Html, ct) is { } pdf ? new($"{name}.pdf", "application/pdf", pdf) : new($"{name}.html", "text/html; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(sheet.Html))],
        };
    }
}
