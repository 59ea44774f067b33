using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jaga.Audit;

namespace Jaga.Deliveries;

/// <summary>
/// The only way out of the house. A delivery is written in the transaction of the decision that caused it:
/// it is sent if, and only if, that commits, and then until the other side has it.
/// </summary>
public sealed class Outbox(Db db, AuditLog audit, TimeProvider clock)
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBody = 256 * 1024;

    /// <summary>The largest message by mail with its files, in bytes as they are kept.</summary>
    public const int MaxMail = 2 * 1024 * 1024;

    // Only PostgreSQL has more than one writer at a time.
    private const string OneAtATime = "SELECT pg_advisory_xact_lock(7470003)";

    private static readonly Actor Me = Actor.System("outbox");

    /// <summary>Leaves a message for the receiver with this name.</summary>
    /// <exception cref="RuleBroken">There is no such receiver.</exception>
    public async Task<Delivery> Send(string receiver, string type, object payload, Subject about, string? stream = null, DateTimeOffset? notBefore = null, CancellationToken ct = default) =>
        await db.Receivers.Where(r => r.Name == receiver).Select(r => (Id<Receiver>?)r.Id).SingleOrDefaultAsync(ct) is { } id
            ? Send(id, type, payload, about, stream, notBefore)
            : throw new RuleBroken($"There is no receiver named '{receiver}' yet; name one before anything is sent to it.");

    /// <summary>Leaves a message for a receiver.</summary>
    /// <param name="type">What happened, e.g. <c>action.requested</c>.</param>
    /// <param name="payload">An object that becomes JSON under <c>data</c>, beside <c>type</c> and <c>timestamp</c> (Standard Webhooks).</param>
    /// <param name="notBefore">It is first tried then: what may still be taken back waits. Null for at once.</param>
    /// <param name="stream">Messages of one stream to one receiver arrive in order; null where order does not matter.</param>
    public Delivery Send(Id<Receiver> receiver, string type, object payload, Subject about, string? stream = null, DateTimeOffset? notBefore = null)
    {
        var now = clock.GetUtcNow();
        var body = new JsonObject { ["type"] = type, ["timestamp"] = now.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ"), ["data"] = JsonSerializer.SerializeToNode(payload, payload.GetType(), Json.Options) };
        return Write(receiver, type, body.ToJsonString(Json.Options), about, stream, now, notBefore ?? now);
    }

    /// <summary>Leaves a message for the mail server, to one address: whom the server refuses today, it may take tomorrow, and nobody else gets it twice for that.</summary>
    /// <param name="type">By which the room that sends it hears of it (<see cref="IOnDelivered"/>).</param>
    public Delivery Mail(MailMessage mail, Subject about, string? stream = null, string type = MailMessage.Type) =>
        mail.To.Count == (mail.SealedTo is null ? 1 : 0) ? Write(Receiver.Mail, type, JsonSerializer.Serialize(mail, Json.Options), about, stream, clock.GetUtcNow(), clock.GetUtcNow())
            : throw new ArgumentException("One message goes to one address; leave one for each.", nameof(mail));

    /// <summary>Cancels what was written about <paramref name="about"/> and never tried: what caused it was taken back in time.</summary>
    /// <exception cref="RuleBroken">One of them has been tried already; the other side may have it.</exception>
    public async Task CancelUnsent(Subject about, string reason, Actor actor, CancellationToken ct)
    {
        await TakeTurns(ct);
        var untried = db.Deliveries.Where(d => d.About.Kind == about.Kind && d.About.Id == about.Id && d.State == DeliveryState.Waiting);
        foreach (var delivery in await untried.AsNoTracking().ToListAsync(ct))
        {
            // The condition is part of the update: a sender that takes it in the same moment wins.
            var cancelled = await db.Deliveries.Where(d => d.Id == delivery.Id && d.State == DeliveryState.Waiting && d.Attempts == 0)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Cancelled).SetProperty(d => d.CancelledBecause, reason), ct);
            if (cancelled == 0)
            {
                throw new RuleBroken("This has left the house already; it can be reversed, not taken back.");
            }

            audit.Record(actor, "delivery.cancelled", delivery.Subject, reason);
        }
    }

    /// <summary>Gives up a delivery that waits, in the caller's transaction: something else takes its place. What was received stays received.</summary>
    /// <returns>Whether it was still waiting.</returns>
    /// <exception cref="RuleBroken">It is being sent at this moment.</exception>
    public async Task<bool> GiveUp(Id<Delivery> id, string reason, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();

        // One conditional update: while a sender holds it, nobody can say whether the receiver has it already.
        var cancelled = await db.Deliveries.Where(d => d.Id == id && d.State == DeliveryState.Waiting && (d.LeasedUntil == null || d.LeasedUntil < now))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Cancelled).SetProperty(d => d.CancelledBecause, reason), ct);
        if (cancelled == 0)
        {
            return await db.Deliveries.AnyAsync(d => d.Id == id && d.State == DeliveryState.Waiting, ct) ? throw new RuleBroken("This delivery is being sent at this moment. Try again shortly.") : false;
        }

        audit.Record(actor, "delivery.cancelled", Subject.Of("delivery", id), reason);
        return true;
    }

    /// <summary>Whoever takes something back and whoever sends what was kept for a receiver (<see cref="SendAwaited"/>) go one after the other, so that nothing leaves that was just taken back. Until the transaction ends.</summary>
    internal async Task TakeTurns(CancellationToken ct)
    {
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlRawAsync(OneAtATime, ct);
        }
    }

    private Delivery Write(Id<Receiver> receiver, string type, string body, Subject about, string? stream, DateTimeOffset now, DateTimeOffset notBefore)
    {
        var most = receiver == Receiver.Mail ? MaxMail : MaxBody;
        if (Encoding.UTF8.GetByteCount(body) > most)
        {
            throw new RuleBroken($"A message has at most {most / 1024} KiB; send a reference to what is larger.");
        }

        var delivery = new Delivery { Id = Id<Delivery>.New(now), Receiver = receiver, Type = type, Body = body, About = about, Stream = stream, CreatedAt = now, DueAt = notBefore };
        db.Add(delivery);
        audit.Record(Me, "delivery.written", delivery.Subject, type, new { receiver, about });
        return delivery;
    }
}
