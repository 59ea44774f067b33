namespace Jaga.Letters;

/// <summary>Finds one recipient of one letter, both under the letter's lock.</summary>
internal static class Correspondents
{
    /// <exception cref="NotFound">The letter has no such recipient.</exception>
    public static async Task<(Letter Letter, Party Party)> Find(Db db, Id<Letter> id, Id<Party> recipient, CancellationToken ct)
    {
        var letter = await ReadLetters.Locked(db, id, ct);
        return (letter, await db.Parties.SingleOrDefaultAsync(p => p.Letter == id && p.Id == recipient, ct) ?? throw new NotFound("such recipient of this letter"));
    }

    /// <exception cref="RuleBroken">Nothing of it has left the house yet.</exception>
    public static void MustHaveLeft(Letter letter)
    {
        if (letter.State is not (LetterState.Sending or LetterState.Sent))
        {
            throw new RuleBroken("This letter has not been sent.");
        }
    }
}
