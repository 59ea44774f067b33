using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>What became of a letter's message at the mail server: taken on, or not wanted.</summary>
public sealed class TakeReceipt(Db db, Settle settle, TimeProvider clock) : IOnDelivered
{
    public string Type => HandOverLetter.Type;

    public async Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
    {
        if (await Of(delivery, ct) is var (letter, party))
        {
            // A better proof stands already: a person entered it, or they read it.
            if (party.State is PartyState.Received)
            {
                return;
            }

            party.Take(receipt, clock.GetUtcNow());
            await settle.Reached(letter, party, delivery.Subject, ct);
        }
    }

    public async Task Refused(Delivery delivery, Tried tried, CancellationToken ct)
    {
        // Once is enough: it goes on being tried, and the owner knows.
        if (await Of(delivery, ct) is (var letter, { State: not PartyState.Bounced } party))
        {
            await settle.CameBack(letter, party, tried.Excerpt ?? "The mail server refused it.", ct);
        }
    }

    // Of an older delivery, whose recipient was given another try since, nothing is learnt.
    // The letter is locked before the recipient is read, so that what was changed with them meanwhile is seen.
    private async Task<(Letter Letter, Party Party)?> Of(Delivery delivery, CancellationToken ct)
    {
        if (await db.Parties.AsNoTracking().Where(p => p.Delivery == delivery.Id).Select(p => (Id<Letter>?)p.Letter).SingleOrDefaultAsync(ct) is not { } id)
        {
            return null;
        }

        var letter = await ReadLetters.Locked(db, id, ct);
        return await db.Parties.SingleOrDefaultAsync(p => p.Delivery == delivery.Id, ct) is { } party ? (letter, party) : null;
    }
}
