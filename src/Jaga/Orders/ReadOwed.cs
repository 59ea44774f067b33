using Jaga.Obligations;

namespace Jaga.Orders;

/// <summary>The clocks of orders and warnings, as both sides may see them.</summary>
public sealed class ReadOwed(Db db)
{
    /// <summary>A clock. Times in UTC.</summary>
    /// <param name="PausedAt">Since when it stands still, or null.</param>
    /// <param name="Pauses">Every pause there was, with its ground.</param>
    public sealed record ClockTold(DateTimeOffset OpenedAt, DateTimeOffset DueAt, ObligationState State, DateTimeOffset? PausedAt, DateTimeOffset? ClosedAt, IReadOnlyList<PauseTold> Pauses);

    /// <summary>A time during which a clock stood still, and on which ground.</summary>
    public sealed record PauseTold(DateTimeOffset From, DateTimeOffset? Until, string Ground);

    /// <summary>The newest clock under <paramref name="clause"/> about <paramref name="about"/>, or null.</summary>
    public async Task<ClockTold?> Clock(Subject about, string clause, CancellationToken ct) =>
        await db.Obligations.AsNoTracking().Include(o => o.Pauses).Where(o => o.About.Kind == about.Kind && o.About.Id == about.Id && o.Clause == clause).OrderByDescending(o => o.Id).FirstOrDefaultAsync(ct) is { } owed
            ? new(owed.OpenedAt, owed.DueAt, owed.State, owed.PausedAt, owed.ClosedAt, [.. owed.Pauses.OrderBy(p => p.StartsAt).Select(p => new PauseTold(p.StartsAt, p.EndsAt, p.Ground))])
            : null;
}
