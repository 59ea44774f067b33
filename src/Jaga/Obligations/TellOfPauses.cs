using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>
/// Tells the leads, again and again, of clocks that stand still: a paused clock climbs no ladder, and what waits for somebody outside is forgotten most easily.
/// One notice for all of a clause, and none while a pause has an end that was set for it. A rung of the house's own; it neither moves a clock nor ends a pause.
/// </summary>
public sealed class TellOfPauses(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Notices notices, ObligationSettings settings) : IRecurring
{
    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var before = now - settings.PausedAgain;
        var due = db.Pauses.Where(p => p.EndsAt == null && (p.ToldAt ?? p.StartsAt) <= before && (p.EndsBy == null || p.EndsBy <= now));
        if (!await due.AnyAsync(ct))
        {
            return false;
        }

        await using var transaction = await db.Begin(ct);
        var owed = due.Join(db.Obligations, p => p.Obligation, o => o.Id, (p, o) => new { Pause = p, Owed = o });
        var clauses = await owed.GroupBy(w => new { w.Owed.Clause, w.Owed.Queue }).Select(g => new { g.Key.Clause, g.Key.Queue, Clocks = g.Count() }).ToListAsync(ct);
        foreach (var one in clauses.OrderBy(c => c.Clause, StringComparer.Ordinal))
        {
            var longest = await owed.Where(w => w.Owed.Clause == one.Clause && w.Owed.Queue == one.Queue).OrderBy(w => w.Pause.StartsAt).ThenBy(w => w.Pause.Id).AsNoTracking().FirstAsync(ct);
            await notices.Tell(Whom.Lead, one.Queue, longest.Owed.Person, longest.Owed.Subject, Says(longest.Owed, longest.Pause, one.Clocks), urgent: false, null, ct);
            audit.Record(Actor.System("obligations"), "obligation.still-paused", longest.Owed.Subject, longest.Pause.Ground, new { since = longest.Pause.StartsAt, one.Clause, one.Clocks });
        }

        await due.ExecuteUpdateAsync(set => set.SetProperty(p => p.ToldAt, (DateTimeOffset?)now), ct);
        await transaction.Commit(ct);
        return false;
    }

    private Sentence Says(Obligation owed, Pause pause, int clocks)
    {
        var duty = regimes.TryFind(owed.Clause)?.Duty ?? new(owed.Clause, owed.Clause);
        return clocks == 1
            ? new(
                $"The clock has stood still since {pause.StartsAt:u} and it is still owed to {owed.OwedTo}: {duty.En} The ground: {pause.Ground}",
                $"Tenggat dihentikan sejak {pause.StartsAt:u} dan masih terutang kepada {owed.OwedTo}: {duty.Id} Alasannya: {pause.Ground}")
            : new(
                $"{clocks} clocks stand still under one clause, the longest since {pause.StartsAt:u}, and all of it is still owed: {duty.En} The ground of the longest: {pause.Ground}",
                $"{clocks} tenggat dihentikan pada satu pasal, yang terlama sejak {pause.StartsAt:u}, dan semuanya masih terutang: {duty.Id} Alasan yang terlama: {pause.Ground}");
    }
}
