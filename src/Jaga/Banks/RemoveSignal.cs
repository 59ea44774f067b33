using Jaga.Audit;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Banks;

/// <summary>Removes a signal from its bank. It matches nothing from then on, and stays on record as removed.</summary>
public sealed class RemoveSignal(Db db, AuditLog audit, Changes changes, TimeProvider clock)
{
    /// <param name="Why">The reason, for the audit log.</param>
    public sealed record Request(string Why);

    /// <exception cref="NotFound">No such signal in that bank.</exception>
    /// <exception cref="BadInput">No reason is given.</exception>
    /// <exception cref="RuleBroken">It is removed already.</exception>
    public async Task Run(Id<Bank> bankId, long id, Request request, Actor actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Why))
        {
            throw new BadInput("why", "Say why the signal is removed.");
        }

        await using var transaction = await db.Begin(ct);
        var bank = await db.Banks.AsNoTracking().SingleOrDefaultAsync(b => b.Id == bankId, ct) ?? throw new NotFound("such bank");
        var signal = await db.Signals.SingleOrDefaultAsync(s => s.Id == id && s.Bank == bank.Number, ct);
        if (signal is null || !await db.SignalBatches.AnyAsync(b => b.Number == signal.Batch && b.State == BatchState.Published, ct))
        {
            throw new NotFound("such signal in this bank");
        }

        await TakeOut(db, audit, changes, bank, signal, request.Why, actor, clock.GetUtcNow(), ct);
        await transaction.Commit(ct);
    }

    /// <summary>Removes in the caller's transaction.</summary>
    internal static async Task TakeOut(Db db, AuditLog audit, Changes changes, Bank bank, Signal signal, string why, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        signal.Remove(now);
        await db.SignalBatches.Where(b => b.Number == signal.Batch).ExecuteUpdateAsync(set => set.SetProperty(b => b.Removed, b => b.Removed + 1), ct);
        audit.Record(actor, "signal.removed", bank.Subject, why, new { signal = signal.Id, signal.Type, signal.Entry });
        changes.Stamp(seq => signal.RemovedSeq = seq);
    }

    /// <summary><c>DELETE /banks/{id}/signals/{signal}</c> with the reason as body: 204.</summary>
    public static void Map(IEndpointRouteBuilder api) => api
        .MapDelete("/banks/{id}/signals/{signal:long}", async (Id<Bank> id, long signal, [FromBody] Request request, RemoveSignal remove, Actor actor, CancellationToken ct) =>
        {
            await remove.Run(id, signal, request, actor, ct);
            return TypedResults.NoContent();
        })
        .Requires(Permission.EditBanks)
        .WithName("RemoveSignal").WithSummary("Remove a signal from a bank, with a reason");
}
