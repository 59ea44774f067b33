using System.Diagnostics;

namespace Jaga.Reports;

/// <summary>
/// Brings what was taken in to the desk, soon after: in small transactions with rests between them, so that whoever reports meanwhile does not wait for the database.
/// Where more comes than is brought, more waits for each case, and one case takes many for the price of one.
/// </summary>
public sealed class SortReports(Db db, WriteGate gate, BringToDesk bring, ILogger<SortReports> logger) : IRecurring
{
    /// <summary>The most reports that are looked through for what belongs together.</summary>
    private const int MostWaiting = 5000;

    /// <summary>The most reports in one transaction.</summary>
    private const int MostReports = 200;

    /// <summary>The most cases that one transaction touches, whatever its time.</summary>
    private const int MostCases = 32;

    /// <summary>Transactions in one turn.</summary>
    private const int MostTransactions = 200;

    /// <summary>Where writers take turns, whoever reports meanwhile waits for one transaction; as many cases go into it as fit into about this.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(20);

    public async Task<bool> Run(CancellationToken ct)
    {
        for (var (left, cases) = (MostTransactions, 1); left > 0;)
        {
            // Looked through before the writers' turn is taken. Besides this only a screenshot brings its own report to the desk.
            var waiting = await db.Reports.AsNoTracking().Where(r => r.Case == null).OrderBy(r => r.Id).Take(MostWaiting).Select(r => new { r.Id, r.About }).ToListAsync(ct);
            if (waiting.Count == 0)
            {
                return false;
            }

            var together = new Queue<Id<Report>[]>(waiting.GroupBy(r => r.About).SelectMany(of => of.Select(r => r.Id).Chunk(MostReports)));
            for (; left > 0 && together.Count > 0; left--)
            {
                // A gate at which no turn was ever taken is always open: there nobody waits, and the more cases share a commit the better.
                var taken = await Bring(Next(together, gate.Turns == 0 ? MostCases : cases), ct);
                cases = Math.Clamp(taken > Wait ? cases / 2 : cases * 2, 1, MostCases);
                await Task.Delay(taken, ct);
            }
        }

        return true;
    }

    private static List<Id<Report>> Next(Queue<Id<Report>[]> together, int cases)
    {
        var next = new List<Id<Report>>(together.Dequeue());
        for (var taken = 1; taken < cases && together.TryPeek(out var more) && next.Count + more.Length <= MostReports; taken++)
        {
            next.AddRange(together.Dequeue());
        }

        return next;
    }

    // Answers for how long the writers' turn was held.
    private async Task<TimeSpan> Bring(List<Id<Report>> ids, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var began = Stopwatch.GetTimestamp();
        await bring.Run(await db.Reports.Where(r => ids.Contains(r.Id) && r.Case == null).OrderBy(r => r.Id).ToListAsync(ct), ct);
        try
        {
            await transaction.Commit(ct);
        }
        catch (Exception race) when (race.IsDuplicate() || race is DbUpdateConcurrencyException)
        {
            // Somebody opened or decided one of the cases meanwhile; the next turn sees it.
            logger.LogInformation("Reports are sorted again: {Reason}", race.Message);
        }

        db.ChangeTracker.Clear();
        return Stopwatch.GetElapsedTime(began);
    }
}
