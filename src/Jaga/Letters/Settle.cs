using Jaga.Audit;
using Jaga.Obligations;

namespace Jaga.Letters;

/// <summary>
/// Draws the sum after anything changed with a recipient, in the caller's transaction: when all have the letter it is sent and its duty kept; when everyone who signed the letter that it answers has an answer, that is answered;
/// when one turns out not to have it, all of that is taken back and owed again.
/// </summary>
public sealed class Settle(Db db, AuditLog audit, Duties duties, Notices notices, TimeProvider clock)
{
    private static readonly Actor Me = Actor.System("letters");

    /// <summary>A recipient has it now.</summary>
    /// <param name="letter">Under a lock (<see cref="ReadLetters.Locked"/>), so that the last two recipients do not miss each other.</param>
    /// <param name="by">The proof: their delivery or receipt.</param>
    public async Task Reached(Letter letter, Party party, Subject by, CancellationToken ct)
    {
        if (letter.State is not LetterState.Sending || (await Others(party, ct)).Any(p => !p.Has))
        {
            return;
        }

        var now = clock.GetUtcNow();
        letter.Done(now);
        audit.Record(Me, "letter.sent", letter.Subject, letter.Title, new { version = letter.Version });
        await notices.Over(letter.Subject, ct);
        await duties.Keep(letter.Subject, DraftLetter.Clause, by, Me, ct);
        if (letter.Answers is not { } answered || await ReadLetters.Locked(db, answered, ct) is not { State: LetterState.Open } first)
        {
            return;
        }

        if (await Without(letter, first, ct) is > 0 and var without)
        {
            await notices.Tell(
                Whom.Owner, "leads", first.Owner, first.Subject,
                new($"The answer to '{first.Title}' has arrived, but {without} who signed have none. Answer them too, or close the letter and say why fewer are meant.", $"Jawaban atas surat '{first.Title}' sudah sampai, tetapi {without} penanda tangan belum menerimanya. Jawab mereka juga, atau tutup surat itu dan sebutkan alasannya."), urgent: false, null, ct);
        }
        else
        {
            first.Done(now);
            audit.Record(Me, "letter.answered", first.Subject, first.Title, new { by = letter.Id });
            await duties.Keep(first.Subject, RegisterLetter.Clause, by, Me, ct);
        }
    }

    /// <summary>Somebody saw to a recipient whom it had not reached: where that was the last of them, nobody needs to be called about the letter.</summary>
    public async Task TriedAgain(Letter letter, Party party, CancellationToken ct)
    {
        if (!(await Others(party, ct)).Any(p => p.State is PartyState.Bounced))
        {
            await notices.Over(letter.Subject, ct);
        }
    }

    /// <summary>It came back from a recipient, or is not wanted there: what had been kept is owed again, and the owner hears of it.</summary>
    public async Task CameBack(Letter letter, Party party, string why, CancellationToken ct)
    {
        party.Bounce(why);
        audit.Record(Me, "letter.bounced", letter.Subject, why, new { recipient = party.Id, party.Position });
        if (letter.State is LetterState.Sent)
        {
            letter.Undone();
            await duties.Reopen(letter.Subject, DraftLetter.Clause, $"It came back from recipient {party.Position}.", Me, ct);
            if (letter.Answers is { } answered && await ReadLetters.Locked(db, answered, ct) is { State: LetterState.Answered } first)
            {
                first.Undone();
                audit.Record(Me, "letter.unanswered", first.Subject, "The answer came back.", new { by = letter.Id });
                await duties.Reopen(first.Subject, RegisterLetter.Clause, $"The answer came back from recipient {party.Position}.", Me, ct);
            }
        }

        await notices.Tell(
            Whom.Owner, "leads", letter.Owner, letter.Subject,
            new($"The letter '{letter.Title}' did not reach {party.Name}: {why}", $"Surat '{letter.Title}' tidak sampai kepada {party.Name}: {why}"), urgent: true, null, ct);
    }

    // How many who signed have no answer: neither by this letter nor by another that all of its recipients have. They are the same by their address, or by name and organisation.
    private async Task<int> Without(Letter letter, Letter first, CancellationToken ct)
    {
        if (letter.Fewer is not null)
        {
            return 0;
        }

        var signed = await db.Parties.AsNoTracking().Where(p => p.Letter == first.Id).ToListAsync(ct);
        var have = await db.Parties.AsNoTracking().Where(p => p.Letter == letter.Id || db.Letters.Any(l => l.Id == p.Letter && l.Answers == first.Id && l.State == LetterState.Sent)).ToListAsync(ct);
        var addresses = have.Select(p => p.Email).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = have.Select(Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return signed.Count(p => !(p.Email is { } address && addresses.Contains(address)) && !names.Contains(Name(p)));

        static string Name(Party party) => $"{party.Name}\n{party.Organisation}";
    }

    private async Task<List<Party>> Others(Party party, CancellationToken ct)
    {
        // Through the tracker: others of the same letter may have changed in this transaction.
        await db.Parties.Where(p => p.Letter == party.Letter).LoadAsync(ct);
        return [.. db.ChangeTracker.Entries<Party>().Select(e => e.Entity).Where(p => p.Letter == party.Letter && p.Id != party.Id)];
    }
}
