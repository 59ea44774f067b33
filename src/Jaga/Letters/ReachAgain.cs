using Jaga.Audit;
using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>Another try for one recipient, to another address or by another way if need be. What was still being tried for them is given up.</summary>
public sealed class ReachAgain(Db db, AuditLog audit, Outbox outbox, Jobs jobs, Settle settle, MailSettings mail, TimeProvider clock)
{
    /// <param name="Way">How they are reached now; null for the first of the addresses that is given.</param>
    public sealed record Request(string? Email = null, string? PostalAddress = null, string? Agency = null, Way? Way = null);

    /// <exception cref="RuleBroken">They have it, or the last try is being sent at this moment.</exception>
    public async Task<ReadLetters.Recipient> Run(Id<Letter> id, Id<Party> recipient, Request request, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var (letter, party) = await Correspondents.Find(db, id, recipient, ct);
        Correspondents.MustHaveLeft(letter);
        var form = request is { Email: null, PostalAddress: null, Agency: null, Way: null } ? party.Form : party.Form with { Email = request.Email, PostalAddress = request.PostalAddress, Agency = request.Agency, Way = request.Way };
        await PartyForm.CheckReached(db, [form], "recipient", ct);
        if (form.Chosen is Way.Email && !mail.IsSet)
        {
            throw new RuleBroken("No mail server is set (Jaga:Mail:Host), so nobody can be reached by e-mail.");
        }

        var before = party.Delivery;
        party.Again(form, clock.GetUtcNow());
        if (before is { } delivery)
        {
            await outbox.GiveUp(delivery, "The recipient is tried another way.", actor, ct);
        }

        if (party.Way is Way.Email)
        {
            jobs.Later(new HandOver(party.Id));
        }

        await settle.TriedAgain(letter, party, ct);
        audit.Record(actor, "letter.tried-again", letter.Subject, party.Trouble ?? "", new { recipient, party.Position, party.Way });
        return await transaction.Commit(ReadLetters.Row(party), ct);
    }

    /// <summary><c>POST /letters/{id}/recipients/{recipient}/again</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/letters/{id}/recipients/{recipient}/again", async (Id<Letter> id, Id<Party> recipient, Request request, ReachAgain again, Actor actor, CancellationToken ct) => TypedResults.Ok(await again.Run(id, recipient, request, actor, ct)))
        .Requires(Permission.EditLetters).WithTags("Letters").WithSummary("Try one recipient again, to another address or by another way");
}
