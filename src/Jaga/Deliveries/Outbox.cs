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

    private static readonly Actor Me = Actor.System("outbox");

    /// <summary>Leaves a message for the receiver with this name.</summary>
    /// <exception cref="RuleBroken">There is no such receiver.</exception>
    public async Task<Delivery> Send(string receiver, string type, object payload, Subject about, string? stream = null, CancellationToken ct = default) =>
        await db.Receivers.Where(r => r.Name == receiver).Select(r => (Id<Receiver>?)r.Id).SingleOrDefaultAsync(ct) is { } id
            ? Send(id, type, payload, about, stream)
            : throw new RuleBroken($"There is no receiver named '{receiver}' yet; name one before anything is sent to it.");

    /// <summary>Leaves a message for a receiver.</summary>
    /// <param name="type">What happened, e.g. <c>action.requested</c>.</param>
    /// <param name="payload">An object that becomes JSON under <c>data</c>, beside <c>type</c> and <c>timestamp</c> (Standard Webhooks).</param>
    /// <param name="stream">Messages of one stream to one receiver arrive in order; null where order does not matter.</param>
    public Delivery Send(Id<Receiver> receiver, string type, object payload, Subject about, string? stream = null)
    {
        var now = clock.GetUtcNow();
        var body = new JsonObject { ["type"] = type, ["timestamp"] = now.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ"), ["data"] = JsonSerializer.SerializeToNode(payload, payload.GetType(), Json.Options) };
        return Write(receiver, type, body.ToJsonString(Json.Options), about, stream, now);
    }

    /// <summary>Leaves a letter for the mail server.</summary>
    public Delivery Mail(Letter letter, Subject about, string? stream = null) =>
        Write(Receiver.Mail, Letter.Type, JsonSerializer.Serialize(letter, Json.Options), about, stream, clock.GetUtcNow());

    private Delivery Write(Id<Receiver> receiver, string type, string body, Subject about, string? stream, DateTimeOffset now)
    {
        if (Encoding.UTF8.GetByteCount(body) > MaxBody)
        {
            throw new RuleBroken($"A message has at most {MaxBody / 1024} KiB; send a reference to what is larger.");
        }

        var delivery = new Delivery { Id = Id<Delivery>.New(now), Receiver = receiver, Type = type, Body = body, About = about, Stream = stream, CreatedAt = now, DueAt = now };
        db.Add(delivery);
        audit.Record(Me, "delivery.written", delivery.Subject, type, new { receiver, about });
        return delivery;
    }
}

/// <summary>A letter by e-mail, in plain text.</summary>
public sealed record Letter(IReadOnlyList<string> To, string Subject, string Text)
{
    /// <summary>The type of its delivery.</summary>
    public const string Type = "mail";
}
