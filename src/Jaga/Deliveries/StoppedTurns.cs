using Jaga.Obligations;

namespace Jaga.Deliveries;

/// <summary>
/// Recurring work that stands still: it fails at every turn, or nobody takes its turn. Ladders are walked and checkpoints signed by such work; it must not stop unheard.
/// What fails, the leads are told; that nobody works at all, only a number can show.
/// </summary>
public sealed class StoppedTurns(Db db, Notices notices, TimeProvider clock) : IRecurring
{
    private const int Skipped = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<bool> Run(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - Patience;
        var failing = await db.RecurringTurns.AsNoTracking().Where(t => t.FailingSince < before).Select(t => new { t.Name, t.FailingSince, t.LastFailure }).ToListAsync(ct);
        foreach (var turn in failing)
        {
            await using var transaction = await db.Begin(ct);
            if (!await db.Notices.AnyAsync(n => n.About.Kind == "turn" && n.About.Id == turn.Name && n.At > turn.FailingSince, ct))
            {
                var says = new Sentence(
                    $"The recurring work '{turn.Name}' has failed since {turn.FailingSince:u}, and nothing of it is done: {turn.LastFailure}",
                    $"Pekerjaan rutin '{turn.Name}' gagal sejak {turn.FailingSince:u}, dan tidak ada bagiannya yang berjalan: {turn.LastFailure}");
                await notices.Tell(Whom.Lead, "leads", null, new("turn", turn.Name), says, urgent: true, null, ct);
                await transaction.Commit(ct);
            }
        }

        return false;
    }

    /// <summary>How many of <paramref name="kinds"/> fail, or have been due for ten times as long as they rest, and five minutes.</summary>
    internal static async Task<int> Count(Db db, IEnumerable<RecurringKind> kinds, DateTimeOffset now, CancellationToken ct)
    {
        var before = now - Patience;
        var stopped = await db.RecurringTurns.AsNoTracking().Where(t => t.FailingSince < before || (t.DueAt < before && (t.LeasedUntil == null || t.LeasedUntil < now))).ToListAsync(ct);
        return kinds.Count(kind => stopped.Any(t => t.Name == kind.Name && (t.FailingSince < before || t.DueAt < now - (Skipped * kind.Every))));
    }
}
