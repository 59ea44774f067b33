using Jaga.People.Agencies;

namespace Jaga.Deliveries;

/// <summary>
/// The ways to an agency besides its door: its webhook and its mail address, where they are set. What is sent is written in the caller's transaction. Whoever has neither is brought it
/// by hand, and somebody records how.
/// </summary>
public sealed class WayToAgency(Db db, Outbox outbox, MailSettings mail)
{
    /// <summary>Sends something by every way that is set.</summary>
    /// <param name="type">By which the webhook's receiver tells it from others, and the room that sends it hears of it (<see cref="IOnDelivered"/>).</param>
    /// <param name="about">What is sent, not what it is about: by this it is found again.</param>
    /// <param name="stream">What belongs together and arrives in order.</param>
    /// <param name="payload">For the webhook.</param>
    /// <param name="subject">For the mail, in the agency's language, as <paramref name="text"/>.</param>
    /// <returns>Whether it went any way but the door.</returns>
    public async Task<bool> Send(Agency agency, string type, Subject about, Subject stream, object payload, string subject, string text, CancellationToken ct)
    {
        var sent = false;
        if (agency.Receiver is { } receiver && await db.Receivers.AnyAsync(r => r.Name == receiver, ct))
        {
            await outbox.Send(receiver, type, payload, about, stream.ToString(), ct: ct);
            sent = true;
        }

        if (agency.Email is { } address && mail.IsSet)
        {
            outbox.Mail(new([address], subject, text) { Language = agency.Language, Tracked = true }, about, stream.ToString(), type);
            sent = true;
        }

        return sent;
    }

    /// <summary>What is to be sent again may not be on its way still: it would arrive twice.</summary>
    /// <exception cref="RuleBroken">It is.</exception>
    public async Task MustHaveEnded(Subject about, CancellationToken ct)
    {
        if (await db.Deliveries.AnyAsync(d => d.About.Kind == about.Kind && d.About.Id == about.Id && d.State == DeliveryState.Waiting, ct))
        {
            throw new RuleBroken("This is still on its way and is tried until it arrives. To send it another way, give up its delivery first.");
        }
    }

    /// <param name="sent">What <see cref="Send"/> said.</param>
    /// <exception cref="RuleBroken">There was no way.</exception>
    public static void MustBeSent(bool sent)
    {
        if (!sent)
        {
            throw new RuleBroken("No receiver and no mail address is set for this agency. Set one, or bring it another way and record that.");
        }
    }

    /// <summary>How an agency came to have what a mail brought that came back: its webhook may have taken the same. What a mail server took on before may have come back too.</summary>
    /// <returns>That delivery; null where there was none.</returns>
    public async Task<Subject?> Otherwise(Delivery delivery, CancellationToken ct)
    {
        var (kind, id) = (delivery.About.Kind, delivery.About.Id);
        var other = await db.Deliveries.AsNoTracking().Where(d => d.About.Kind == kind && d.About.Id == id && d.Type == delivery.Type && d.Receiver != Receiver.Mail && d.State == DeliveryState.Confirmed).OrderBy(d => d.Seq).FirstOrDefaultAsync(ct);
        return other?.Subject;
    }

    /// <summary>The proof that something was brought by hand.</summary>
    /// <param name="how">E.g. the carrier and its tracking number; 1 to 200 characters.</param>
    /// <exception cref="BadInput">Nothing is said, or too much.</exception>
    public static Subject Brought(string how) => how.Trim() is { Length: >= 1 and <= 200 } said ? new("receipt", said) : throw new BadInput("how", "Say in 1 to 200 characters how, with the tracking number.");
}
