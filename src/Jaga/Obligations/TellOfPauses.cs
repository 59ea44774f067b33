using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>
/// Tells the leads, again and again, of clocks that stand still: a paused clock climbs no ladder, and what waits for somebody outside is forgotten most easily.
/// A rung of the house's own; it neither moves a clock nor ends a pause.
/// </summary>
public sealed class TellOfPauses(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Notices notices, ObligationSettings settings) : IRecurring
{
    private const int Batch = 100;

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var before = now - settings.PausedAgain;
        var due = db.Pauses.Where(p => p.EndsAt == null && (p.ToldAt ?? p.StartsAt) <= before);
        if (!await due.AnyAsync(ct))
        {
            return false;
        }

        await using var transaction = await db.Begin(ct);
        var lasting = await due.OrderBy(p => p.StartsAt).Take(Batch).ToListAsync(ct);
        foreach (var pause in lasting)
        {
            pause.ToldAt = now;
            var owed = await db.Obligations.AsNoTracking().SingleAsync(o => o.Id == pause.Obligation, ct);
            await notices.Tell(Whom.Lead, owed.Queue, owed.Person, owed.Subject, Says(owed, pause), urgent: false, null, ct);
            audit.Record(Actor.System("obligations"), "obligation.still-paused", owed.Subject, pause.Ground, new { since = pause.StartsAt });
        }

        await transaction.Commit(ct);
        return lasting.Count == Batch;
    }

    private Sentence Says(Obligation owed, Pause pause)
    {
        var duty = regimes.TryFind(owed.Clause)?.Duty ?? new(owed.Clause, owed.Clause);
        return new(
            $"The clock has stood still since {pause.StartsAt:u} and it is still owed to {owed.OwedTo}: {duty.En} The ground: {pause.Ground}",
            $"Tenggat dihentikan sejak {pause.StartsAt:u} dan masih terutang kepada {owed.OwedTo}: {duty.Id} Alasannya: {pause.Ground}");
    }
}
