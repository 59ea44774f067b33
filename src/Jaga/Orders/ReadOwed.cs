using Jaga.Obligations;

namespace Jaga.Orders;

/// <summary>The clocks of orders and warnings, as both sides may see them.</summary>
public sealed class ReadOwed(Db db)
{
    /// <summary>A clock. Times in UTC.</summary>
    /// <param name="PausedAt">Since when it stands still, or null.</param>
    /// <param name="Pauses">Every pause there was, with its ground.</param>
    public sealed record ClockTold(DateTimeOffset OpenedAt, DateTimeOffset DueAt, ObligationState State, DateTimeOffset? PausedAt, DateTimeOffset? ClosedAt, IReadOnlyList<PauseTold> Pauses);

    /// <summary>A time during which a clock stood still.</summary>
    /// <param name="Ground">On which ground; null for the other side where a person of the house stopped it: what they wrote stays in the house.</param>
    public sealed record PauseTold(DateTimeOffset From, DateTimeOffset? Until, string? Ground);

    /// <summary>When an order is due, with the pauses that have ended, and whether its clock stands still.</summary>
    public sealed record Due(DateTimeOffset At, bool Paused);

    /// <summary>The clocks of these orders.</summary>
    internal async Task<IReadOnlyDictionary<Id<Order>, Due>> Clocks(IReadOnlyList<Order> orders, CancellationToken ct)
    {
        var ids = orders.Select(o => o.Subject.Id).ToList();
        var clocks = (await db.Obligations.AsNoTracking().Where(o => o.About.Kind == "order" && ids.Contains(o.About.Id)).ToListAsync(ct)).ToLookup(o => (o.About.Id, o.Clause));
        return orders.SelectMany(o => clocks[(o.Subject.Id, o.Clause)].OrderByDescending(c => c.Id).Take(1), (o, c) => (o.Id, Due: new Due(c.DueAt, c.PausedAt is not null))).ToDictionary(c => c.Id, c => c.Due);
    }

    /// <summary>The newest clock under <paramref name="clause"/> about <paramref name="about"/>, or null.</summary>
    /// <param name="inside">Whether staff read it.</param>
    public async Task<ClockTold?> Clock(Subject about, string clause, bool inside, CancellationToken ct) =>
        await db.Obligations.AsNoTracking().Include(o => o.Pauses).Where(o => o.About.Kind == about.Kind && o.About.Id == about.Id && o.Clause == clause).OrderByDescending(o => o.Id).FirstOrDefaultAsync(ct) is { } owed
            ? new(owed.OpenedAt, owed.DueAt, owed.State, owed.PausedAt, owed.ClosedAt, [.. owed.Pauses.OrderBy(p => p.StartsAt).Select(p => new PauseTold(p.StartsAt, p.EndsAt, inside || p.Ground.StartsWith(AskClarification.Ground, StringComparison.Ordinal) ? p.Ground : null))])
            : null;
}
