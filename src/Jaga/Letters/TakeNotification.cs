using System.Security.Cryptography;
using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Letters;

/// <summary>
/// Takes in what a mail server tells of a message. A failure means that it came back; of a letter, a success is a better receipt than the first server's.
/// What other rooms sent is theirs to act on (<see cref="IOnReturned"/>). What cannot be read, or belongs to nothing that was sent, is set aside with its reason and a person is told: a bounce that nobody reads would be a letter that lies unsent.
/// </summary>
public sealed class TakeNotification(Db db, AuditLog audit, Settle settle, Notices notices, TimeProvider clock, IEnumerable<IOnReturned> rooms)
{
    private static readonly Actor Me = Actor.System("letters");

    /// <summary>Takes one mail as it came, headers and all. The same mail again changes nothing.</summary>
    public async Task<ReadNotifications.Row> Run(byte[] mail, CancellationToken ct)
    {
        // Each mail is taken by itself: what an earlier one loaded may be old by now.
        db.ChangeTracker.Clear();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(mail));
        await using var transaction = await db.Begin(ct);
        if (await db.StatusNotifications.AsNoTracking().SingleOrDefaultAsync(s => s.Sha256 == sha256, ct) is { } known)
        {
            return ReadNotifications.Show(known);
        }

        var taken = await Read(mail, sha256, ct);
        db.Add(taken);
        audit.Record(Me, taken.State is NotificationState.Taken ? "notification.taken" : "notification.set-aside", taken.Subject, taken.Says, new { taken.Action, taken.Status, recipient = taken.Party });
        return await transaction.Commit(ReadNotifications.Show(taken), ct);
    }

    /// <summary>Sets a mail aside that could not be taken, for a person to look at: whatever is wrong with it, those behind it are read.</summary>
    public async Task Aside(byte[] mail, string why, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(mail));
        await using var transaction = await db.Begin(ct);
        if (await db.StatusNotifications.AnyAsync(s => s.Sha256 == sha256, ct))
        {
            return;
        }

        await Tell(why, ct);
        var aside = StatusNotification.Aside(sha256, why, mail, clock.GetUtcNow());
        db.Add(aside);
        audit.Record(Me, "notification.set-aside", aside.Subject, aside.Says);
        await transaction.Commit(ct);
    }

    private async Task<StatusNotification> Read(byte[] mail, string sha256, CancellationToken ct)
    {
        try
        {
            var report = StatusReport.Read(mail);
            var delivery = await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == report.Delivery && d.Receiver == Receiver.Mail, ct);
            var id = delivery switch
            {
                { Type: HandOverLetter.Type } => await OfLetter(delivery, report, ct),
                { } other when rooms.FirstOrDefault(r => r.Types.Contains(other.Type)) is { } room => await OfRoom(room, other, report, ct),
                _ => throw new UnreadableReport("It is about no letter, answer or package that was sent from here."),
            };
            return new() { Id = Id<StatusNotification>.New(clock), Sha256 = sha256, At = clock.GetUtcNow(), Party = id, Delivery = delivery.Id, Action = report.Action, Status = report.Status, Says = report.Says };
        }
        catch (UnreadableReport unreadable)
        {
            await Tell(unreadable.Message, ct);
            return StatusNotification.Aside(sha256, unreadable.Message, mail, clock.GetUtcNow());
        }
    }

    private async Task<Id<Party>?> OfLetter(Delivery delivery, StatusReport report, CancellationToken ct)
    {
        var id = Id<Party>.Parse(delivery.About.Id);
        var letter = await ReadLetters.Locked(db, await db.Parties.AsNoTracking().Where(p => p.Id == id).Select(p => p.Letter).SingleAsync(ct), ct);
        await Act(letter, await db.Parties.SingleAsync(p => p.Id == id, ct), delivery, report, ct);
        return id;
    }

    // That it was taken on is known already; only its coming back changes anything.
    private static async Task<Id<Party>?> OfRoom(IOnReturned room, Delivery delivery, StatusReport report, CancellationToken ct)
    {
        if (report.Action is "failed")
        {
            await room.Returned(delivery, report.Says, ct);
        }

        return null;
    }

    // Of a message before the last, the record is enough: the recipient has been given another try.
    private async Task Act(Letter letter, Party party, Delivery delivery, StatusReport report, CancellationToken ct)
    {
        if (party.Delivery != delivery.Id)
        {
            return;
        }

        switch (report.Action)
        {
            case "failed" when party.State is not PartyState.Bounced:
                await settle.CameBack(letter, party, report.Says, ct);
                break;
            case "delayed" when party.State is PartyState.UnderWay or PartyState.Accepted:
                party.Delay(report.Says);
                break;
            case "delivered":
                party.Receive($"{report.Action} {report.Status} {report.Says}", clock.GetUtcNow());
                audit.Record(Me, "letter.received", letter.Subject, report.Says, new { recipient = party.Id, party.Position, report.Action });
                await settle.Reached(letter, party, delivery.Subject, ct);
                break;

            // RFC 3464, 2.3.3: handed on to where no word comes back from, or to several addresses. That they have it, nobody says.
            case "relayed" or "expanded" when party.State is not PartyState.Received:
                party.Take($"{report.Action} {report.Status} {report.Says}", clock.GetUtcNow());
                audit.Record(Me, "letter.relayed", letter.Subject, report.Says, new { recipient = party.Id, party.Position, report.Action });
                await settle.Reached(letter, party, delivery.Subject, ct);
                break;
        }
    }

    // Once while there is anything aside: a flood of rubbish must not become a flood of notices.
    private async Task Tell(string why, CancellationToken ct)
    {
        if (!await db.StatusNotifications.AnyAsync(s => s.State == NotificationState.SetAside, ct))
        {
            await notices.Tell(
                Whom.Lead, "leads", null, new("letter", "notifications"),
                new($"Mail came back that could not be read; a letter may not have arrived: {why}", $"Ada surel balasan yang tidak dapat dibaca; mungkin ada surat yang tidak sampai: {why}"), urgent: false, null, ct);
        }
    }
}
