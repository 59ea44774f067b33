using System.Collections.Concurrent;

namespace Jaga.Deliveries;

/// <summary>What a room has for a receiver that may not be named yet: it is kept where it was written, and goes when somebody names the receiver.</summary>
public interface IAwaitReceiver
{
    /// <summary>The receiver's name.</summary>
    string Receiver { get; }

    /// <summary>The type of delivery, e.g. <c>action.requested</c>; a receiver is left at most one of it for each subject, or for each <see cref="Awaiting.Since"/>.</summary>
    string Type { get; }

    /// <summary>What is still for it, whether it was sent or not, in the order in which it is to arrive.</summary>
    /// <param name="after">The id of the last subject that was given before; null for the first.</param>
    Task<IReadOnlyList<Awaiting>> Next(string? after, int most, CancellationToken ct);
}

/// <summary>One message for a receiver, as <see cref="Outbox"/> takes it.</summary>
/// <param name="Over">Its time has passed: sent now, it would be told as if it were new. It stays in sight where it was written, for a person.</param>
/// <param name="Since">What was written about the subject before is about another question; null where there is only one.</param>
/// <param name="Later">The ids of later subjects of its stream: once one of these was sent this would undo it, so it is left to a person. Null for none.</param>
public sealed record Awaiting(Subject About, object Payload, string? Stream = null, DateTimeOffset? NotBefore = null, bool Over = false, DateTimeOffset? Since = null, IReadOnlyList<string>? Later = null);

/// <summary>How far the house has looked, receiver by receiver and room by room, for what was kept and never sent: each turn looks at a bounded piece, and the next one goes on from there.</summary>
public sealed class AwaitedTurns
{
    private readonly ConcurrentDictionary<(Id<Receiver>, string Type), string?> _after = [];

    internal string? After(Id<Receiver> receiver, IAwaitReceiver room) => _after.GetValueOrDefault((receiver, room.Type));

    internal void Went(Id<Receiver> receiver, IAwaitReceiver room, string? until) => _after[(receiver, room.Type)] = until;
}

/// <summary>
/// Sends a receiver what was meant for it and never left: in the transaction that names it, so that nothing that is decided later comes first, and at turns after that,
/// for whoever decided in that very moment, and for what was decided before the house knew how to send it.
/// </summary>
public sealed class SendAwaited(Db db, TimeProvider clock, Outbox outbox, AwaitedTurns turns, IEnumerable<IAwaitReceiver> rooms) : IRecurring
{
    private const int Batch = 200;

    // Whoever decided in the very moment in which it was named may have seen no receiver. A while later there is nobody left who could.
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    /// <summary>A receiver was named, in the caller's transaction.</summary>
    public async Task Named(Receiver receiver, CancellationToken ct)
    {
        await outbox.TakeTurns(ct);
        foreach (var room in rooms.Where(r => r.Receiver == receiver.Name))
        {
            string? last = null;
            do
            {
                var some = await room.Next(last, Batch, ct);
                await Send(receiver.Id, room.Type, await Unsent(receiver.Id, room.Type, some, ct), ct);
                last = Next(some);
            }
            while (last is not null);
        }
    }

    public async Task<bool> Run(CancellationToken ct)
    {
        var (names, since, more) = (rooms.Select(r => r.Receiver).Distinct().ToList(), clock.GetUtcNow() - Late, false);
        foreach (var receiver in await db.Receivers.AsNoTracking().Where(r => names.Contains(r.Name)).ToListAsync(ct))
        {
            if (receiver.CreatedAt > since)
            {
                await using var transaction = await db.Begin(ct);
                await Named(receiver, ct);
                await transaction.Commit(ct);
                continue;
            }

            foreach (var room in rooms.Where(r => r.Receiver == receiver.Name))
            {
                more |= await Look(receiver.Id, room, ct);
            }
        }

        return more;
    }

    // One piece of what waits; nothing is written, and nobody has to wait, where all of it was sent. True where there was something, and there may be more.
    private async Task<bool> Look(Id<Receiver> receiver, IAwaitReceiver room, CancellationToken ct)
    {
        var after = turns.After(receiver, room);
        var some = await room.Next(after, Batch, ct);
        var found = (await Unsent(receiver, room.Type, some, ct)).Count > 0;
        if (found)
        {
            await using var transaction = await db.Begin(ct);
            await outbox.TakeTurns(ct);
            some = await room.Next(after, Batch, ct);
            await Send(receiver, room.Type, await Unsent(receiver, room.Type, some, ct), ct);
            await transaction.Commit(ct);
        }

        turns.Went(receiver, room, Next(some));
        return found && Next(some) is not null;
    }

    private static string? Next(IReadOnlyList<Awaiting> some) => some.Count == Batch ? some[^1].About.Id : null;

    // What this receiver was left stays as it is, also where a person gave it up; what another has answered is not asked of this one again.
    private async Task<IReadOnlyList<Awaiting>> Unsent(Id<Receiver> receiver, string type, IReadOnlyList<Awaiting> some, CancellationToken ct)
    {
        var kinds = some.Select(a => a.About.Kind).Distinct().ToList();
        var ids = some.Select(a => a.About.Id).Concat(some.SelectMany(a => a.Later ?? [])).Distinct().ToList();
        var written = (await db.Deliveries.AsNoTracking()
            .Where(d => d.Type == type && kinds.Contains(d.About.Kind) && ids.Contains(d.About.Id) && (d.Receiver == receiver || d.State == DeliveryState.Confirmed))
            .Select(d => new { d.About.Id, d.CreatedAt, d.State }).ToListAsync(ct)).ToLookup(d => d.Id);
        return [.. some.Where(a => !a.Over && !written[a.About.Id].Any(d => a.Since is null || d.CreatedAt >= a.Since)
            && a.Later?.Any(l => written[l].Any(d => d.State != DeliveryState.Cancelled)) is not true)];
    }

    private async Task Send(Id<Receiver> receiver, string type, IReadOnlyList<Awaiting> some, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var one in some)
        {
            outbox.Send(receiver, type, one.Payload, one.About, one.Stream, one.NotBefore > now ? one.NotBefore : null);
        }

        await db.SaveChangesAsync(ct);
    }
}
