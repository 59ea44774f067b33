using Jaga.Audit;

namespace Jaga.Deliveries;

/// <summary>Names a webhook receiver; what was meant for one of this name before goes to it now. Its secret is told once, in the answer, and nowhere else.</summary>
public sealed class AddReceiver(Db db, AuditLog audit, MasterKey master, TimeProvider clock, SendAwaited awaited)
{
    /// <param name="Name">Unique; small letters, digits and hyphens, at most 50.</param>
    /// <param name="Secret">A secret that the receiver has already (<c>whsec_…</c>); null to have one made.</param>
    public sealed record Request(string Name, ReceiverForm Receiver, string? Secret = null);

    /// <param name="Secret">The shared secret; null when the same request is answered again.</param>
    public sealed record Answer(Id<Receiver> Id, string? Secret);

    public async Task<Answer> Run(Request request, Actor actor, CancellationToken ct)
    {
        if (request.Name is not { Length: > 0 and <= 50 } || !request.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new BadInput("name", "1 to 50 small letters, digits and hyphens.");
        }

        (request.Receiver ?? throw new BadInput("receiver", "Say how it is reached.")).Check();
        var secret = request.Secret is null ? WebhookSecret.New() : WebhookSecret.Parse(request.Secret);
        await using var transaction = await db.Begin(ct);
        if (await db.Receivers.AnyAsync(r => r.Name == request.Name, ct))
        {
            throw new RuleBroken($"There is a receiver named '{request.Name}' already.");
        }

        var now = clock.GetUtcNow();
        var receiver = new Receiver { Id = Id<Receiver>.New(now), Name = request.Name, Url = request.Receiver.Url, CreatedAt = now };
        request.Receiver.Fill(receiver, master);
        receiver.Rotate(secret, master, now);
        db.Add(receiver);
        db.Add(new Circuit { Receiver = receiver.Id });
        audit.Record(actor, "receiver.added", receiver.Subject, receiver.Name, new { receiver.Url, receiver.AllowPrivate });
        await db.SaveChangesAsync(ct);
        await awaited.Named(receiver, ct);

        // The remembered answer goes to the database: it must not hold the secret.
        var answer = await transaction.Commit(new Answer(receiver.Id, null), ct);
        return answer with { Secret = secret.Reveal() };
    }

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/receivers", (Request request, Actor actor, AddReceiver add, CancellationToken ct) => add.Run(request, actor, ct))
            .Requires(Permission.EditReceivers).WithTags("Deliveries").WithSummary("Name a webhook receiver; its secret is told once");
}
