using Jaga.Audit;

namespace Jaga.Obligations;

/// <summary>
/// The walk up the ladders: every rung whose time has come is fired, in order, once, and somebody is told.
/// After an outage it catches up, and each rung says how late it was.
/// </summary>
public sealed class WalkLadder(Db db, AuditLog audit, TimeProvider clock, Regimes regimes, Notices notices) : IRecurring
{
    /// <summary>Obligations in one transaction.</summary>
    internal const int Batch = 100;

    public async Task<bool> Run(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!await db.Obligations.AnyAsync(o => o.NextRungAt <= now, ct))
        {
            return false;
        }

        await using var transaction = await db.Begin(ct);
#pragma warning disable EF1002 // Only the store's own lock clause is put into the text.
        var due = await db.Obligations.FromSqlRaw(
            $$"""SELECT * FROM obligations WHERE next_rung_at <= {0} ORDER BY next_rung_at LIMIT {{Batch}} {{db.SkipLocked()}}""", db.Time(now)).ToListAsync(ct);
#pragma warning restore EF1002
        var ids = due.Select(o => o.Id).ToList();
        await db.Pauses.Where(p => ids.Contains(p.Obligation)).LoadAsync(ct);
        foreach (var owed in due)
        {
            while (owed.NextRungAt <= now)
            {
                await Fire(owed, owed.Climb(now), ct);
            }
        }

        await transaction.Commit(ct);
        return due.Count == Batch;
    }

    private async Task Fire(Obligation owed, Rung rung, CancellationToken ct)
    {
        db.Add(rung);
        var duty = regimes.TryFind(owed.Clause)?.Duty ?? new(owed.Clause, owed.Clause);
        await notices.Tell(rung.Whom, owed.Queue, owed.Person, owed.Subject, Says(owed, rung, duty), rung.Percent >= 90, rung.Id, ct);
        audit.Record(
            Actor.System("obligations"), rung.Percent == 100 && owed.Kind is ClauseKind.Deadline ? "obligation.broken" : "obligation.warned", owed.Subject, owed.Clause,
            new { rung.Percent, rung.Whom, dueAt = rung.DueAt, lateSeconds = (long)rung.Late.TotalSeconds });
    }

    private static Sentence Says(Obligation owed, Rung rung, Sentence duty) => (rung.Percent, owed.Kind) switch
    {
        ( >= 100, ClauseKind.Hold) => new($"The holding time ended at {owed.DueAt:u}; decide what becomes of it: {duty.En}", $"Masa simpan berakhir pada {owed.DueAt:u}; putuskan tindak lanjutnya: {duty.Id}"),
        ( > 100, _) => new($"Still owed to {owed.OwedTo}, {rung.Percent} % of the time has passed: {duty.En}", $"Masih terutang kepada {owed.OwedTo}, {rung.Percent} % waktu telah lewat: {duty.Id}"),
        (100, _) => new($"The time is over and it is still owed to {owed.OwedTo}: {duty.En}", $"Waktu habis dan masih terutang kepada {owed.OwedTo}: {duty.Id}"),
        _ => new($"{rung.Percent} % of the time has passed, due {owed.DueAt:u}: {duty.En}", $"{rung.Percent} % waktu telah lewat, tenggat {owed.DueAt:u}: {duty.Id}"),
    };
}
