using Jaga.Audit;

namespace Jaga.Deliveries;

/// <summary>Changes where and how a receiver is reached, or gives it a new secret.</summary>
public sealed class ChangeReceiver(Db db, AuditLog audit, MasterKey master, TimeProvider clock)
{
    /// <param name="Secret">The new secret; null when the same request is answered again.</param>
    /// <param name="OldSecretUntil">Until when the secret before it signs too.</param>
    public sealed record NewSecret(string? Secret, DateTimeOffset? OldSecretUntil);

    public async Task Run(Id<Receiver> id, ReceiverForm form, Actor actor, CancellationToken ct)
    {
        form.Check();
        await using var transaction = await db.Begin(ct);
        var receiver = await Webhook(id, ct);
        form.Fill(receiver, master);
        audit.Record(actor, "receiver.changed", receiver.Subject, receiver.Name, new { form.Url, form.AllowPrivate, form.TimeoutMs, form.Concurrency, form.Pages, form.Disabled, headers = form.Headers?.Keys });
        await transaction.Commit(ct);
    }

    /// <summary>A new secret; the one before it signs too for a day (<see cref="Receiver.Overlap"/>).</summary>
    public async Task<NewSecret> Rotate(Id<Receiver> id, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var receiver = await Webhook(id, ct);
        var secret = WebhookSecret.New();
        receiver.Rotate(secret, master, clock.GetUtcNow());
        audit.Record(actor, "receiver.secret-rotated", receiver.Subject, receiver.Name);
        var answer = await transaction.Commit(new NewSecret(null, receiver.OldSecretUntil), ct);
        return answer with { Secret = secret.Reveal() };
    }

    private async Task<Receiver> Webhook(Id<Receiver> id, CancellationToken ct)
    {
        var receiver = await db.Receivers.SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw new NotFound($"receiver {id}");
        return receiver.Kind switch
        {
            ReceiverKind.Webhook => receiver,
            ReceiverKind.Mail => throw new RuleBroken("The mail server is set in the settings (Jaga:Mail), not here."),
            _ => throw new RuleBroken("An exchange is changed where it was set up, not here."),
        };
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut("/receivers/{id}", async (Id<Receiver> id, ReceiverForm form, Actor actor, ChangeReceiver change, CancellationToken ct) =>
        {
            await change.Run(id, form, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.EditReceivers).WithTags("Deliveries").WithSummary("Change where and how a receiver is reached");
        api.MapPost("/receivers/{id}/secret", (Id<Receiver> id, Actor actor, ChangeReceiver change, CancellationToken ct) => change.Rotate(id, actor, ct))
            .Requires(Permission.EditReceivers).WithTags("Deliveries").WithSummary("Give a receiver a new secret; the old one signs too for a day");
    }
}
