using System.Text.Json;
using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;

namespace Jaga.Enforcement;

/// <summary>
/// The platform's receipt for an action, whichever way it comes: in the answer to the webhook, or by a call of its own.
/// The duty to see the action confirmed is kept by the receipt, and by nothing else.
/// </summary>
public sealed class ConfirmAction(Db db, TimeProvider clock, AuditLog audit, Duties duties, IEnumerable<IOnAnswered> told) : IOnDelivered
{
    public string Type => RequestAction.Type;

    /// <summary>A call of the platform's own.</summary>
    public async Task<ActionCard> Run(Id<EnforcementAction> id, ActionReceipt receipt, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var action = await db.Actions.SingleOrDefaultAsync(a => a.Id == id, ct) ?? throw new NotFound("such action");
        await Take(action, receipt, actor, ct);
        return await transaction.Commit(ActionCard.Of(action), ct);
    }

    /// <summary>The answer to the webhook. An answer without a receipt leaves the action unconfirmed: received is not done.</summary>
    public async Task Delivered(Delivery delivery, string receipt, CancellationToken ct)
    {
        if (Read(receipt) is { } answer && Id<EnforcementAction>.TryParse(delivery.About.Id, null, out var id) && await db.Actions.SingleOrDefaultAsync(a => a.Id == id, ct) is { } action)
        {
            try
            {
                await Take(action, answer, Actor.System("deliveries"), ct);
            }
            catch (RuleBroken contradiction)
            {
                // The platform changed its mind. What it said first stands; a person sees both.
                audit.Record(Actor.System("deliveries"), "action.contradicted", action.Subject, contradiction.Message, answer);
            }
        }
    }

    private async Task Take(EnforcementAction action, ActionReceipt receipt, Actor actor, CancellationToken ct)
    {
        receipt.Check();
        if (!action.Answer(receipt, clock.GetUtcNow()))
        {
            return;
        }

        audit.Record(actor, action.State is ActionState.Refused ? "action.refused" : "action.confirmed", action.Subject, receipt.Note ?? "", receipt);
        if (action.State is ActionState.Confirmed)
        {
            await duties.Keep(action.Subject, RequestAction.Clause, new Subject("receipt", receipt.Receipt), actor, ct);
        }

        foreach (var room in told)
        {
            await room.Answered(action, actor, ct);
        }
    }

    private static ActionReceipt? Read(string answer)
    {
        try
        {
            return JsonSerializer.Deserialize<ActionReceipt>(answer, Json.Options) is { Receipt.Length: > 0 and <= 200, Note: null or { Length: <= 2000 } } receipt ? receipt : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/actions/{id}/receipt", async (Id<EnforcementAction> id, ActionReceipt receipt, ConfirmAction confirm, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await confirm.Run(id, receipt, actor, ct)))
        .Requires(Permission.ConfirmActions)
        .WithSummary("Answer an action with a receipt");
}
