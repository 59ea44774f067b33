namespace Jaga.Deliveries;

/// <summary>What a room has for a receiver that may not be named yet: it is kept where it was written, and goes when somebody names the receiver.</summary>
public interface IAwaitReceiver
{
    /// <summary>The receiver's name.</summary>
    string Receiver { get; }

    /// <summary>The type of delivery, e.g. <c>action.requested</c>; there is at most one of it for each subject.</summary>
    string Type { get; }

    /// <summary>What is still for it, whether it was sent or not, in the order in which it is to arrive.</summary>
    /// <param name="after">The id of the last subject that was given before; null for the first.</param>
    Task<IReadOnlyList<Awaiting>> Next(string? after, int most, CancellationToken ct);
}

/// <summary>One message for a receiver, as <see cref="Outbox"/> takes it.</summary>
public sealed record Awaiting(Subject About, object Payload, string? Stream = null, DateTimeOffset? NotBefore = null);

/// <summary>Sends a receiver that was named now what was meant for it before: in the transaction that names it, so that nothing that is decided later comes first.</summary>
public sealed class SendAwaited(Db db, TimeProvider clock, Outbox outbox, IEnumerable<IAwaitReceiver> rooms) : IRecurring
{
    private const int Batch = 200;

    // Whoever decided in the very moment in which it was named may have seen no receiver. A while later there is nobody left who could.
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    /// <summary>A receiver was named, in the caller's transaction.</summary>
    public async Task Named(Receiver receiver, CancellationToken ct)
    {
        foreach (var room in rooms.Where(r => r.Receiver == receiver.Name))
        {
            await Send(receiver.Id, room, ct);
        }
    }

    public async Task<bool> Run(CancellationToken ct)
    {
        var (names, since) = (rooms.Select(r => r.Receiver).Distinct().ToList(), clock.GetUtcNow() - Late);
        foreach (var receiver in await db.Receivers.AsNoTracking().Where(r => names.Contains(r.Name) && r.CreatedAt > since).ToListAsync(ct))
        {
            await using var transaction = await db.Begin(ct);
            await Named(receiver, ct);
            await transaction.Commit(ct);
        }

        return false;
    }

    private async Task Send(Id<Receiver> receiver, IAwaitReceiver room, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        IReadOnlyList<Awaiting> some;
        string? last = null;
        do
        {
            some = await room.Next(last, Batch, ct);
            var (kinds, ids) = (some.Select(a => a.About.Kind).Distinct().ToList(), some.Select(a => a.About.Id).ToList());
            var written = await db.Deliveries.AsNoTracking().Where(d => d.Type == room.Type && kinds.Contains(d.About.Kind) && ids.Contains(d.About.Id)).Select(d => d.About.Id).ToListAsync(ct);
            foreach (var one in some.Where(a => !written.Contains(a.About.Id)))
            {
                outbox.Send(receiver, room.Type, one.Payload, one.About, one.Stream, one.NotBefore > now ? one.NotBefore : null);
            }

            await db.SaveChangesAsync(ct);
            last = some.Count > 0 ? some[^1].About.Id : last;
        }
        while (some.Count == Batch);
    }
}
