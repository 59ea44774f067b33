using Jaga.Audit;
using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>An approved letter leaves for every recipient, for each in their own way. It is sent when all of them have it, and not before.</summary>
public sealed class SendLetter(Db db, AuditLog audit, Jobs jobs, MailSettings mail, TimeProvider clock)
{
    /// <exception cref="RuleBroken">Nobody has approved it, or no mail server is set and somebody is to be reached by e-mail.</exception>
    public async Task<ReadLetters.Card> Run(Id<Letter> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var letter = await ReadLetters.Locked(db, id, ct);
        letter.Leave();
        var parties = await db.Parties.Where(p => p.Letter == id).OrderBy(p => p.Position).ToListAsync(ct);
        if (!mail.IsSet && parties.Any(p => p.Way is Way.Email))
        {
            throw new RuleBroken("No mail server is set (Jaga:Mail:Host), so nobody can be reached by e-mail.");
        }

        foreach (var party in parties)
        {
            party.Leave(clock.GetUtcNow());
            if (party.Way is Way.Email)
            {
                jobs.Later(new HandOver(party.Id));
            }
        }

        audit.Record(actor, "letter.left", letter.Subject, letter.Title, new { version = letter.Version, recipients = parties.CountBy(p => p.Way).ToDictionary(p => Words.Of(p.Key), p => p.Value) });
        return await transaction.Commit(ReadLetters.Show(letter, ReadLetters.Tally.Of(parties)), ct);
    }

    /// <summary><c>POST /letters/{id}/send</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/{id}/send", async (Id<Letter> id, SendLetter send, Actor actor, CancellationToken ct) => TypedResults.Ok(await send.Run(id, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Send an approved letter to everyone it is addressed to");
}
