using System.Diagnostics;

namespace Jaga.Reports;

/// <summary>Brings what was taken in to the desk, soon after: in small transactions, so that whoever reports meanwhile does not wait for the database.</summary>
public sealed class SortReports(Db db, BringToDesk bring, ILogger<SortReports> logger) : IRecurring
{
    /// <summary>The most reports that are looked through for what belongs together.</summary>
    private const int MostWaiting = 500;

    /// <summary>The most reports in one transaction.</summary>
    private const int MostReports = 200;

    /// <summary>The most cases that one transaction touches, whatever its time.</summary>
    private const int MostCases = 32;

    /// <summary>Transactions in one turn.</summary>
    private const int MostTransactions = 60;

    /// <summary>Whoever reports meanwhile waits for one transaction; as many cases go into it as fit into about this.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(15);

    public async Task<bool> Run(CancellationToken ct)
    {
        var cases = 1;
        for (var done = 0; done < MostTransactions; done++)
        {
            // Looked through before the writers' turn is taken. Besides this only a screenshot brings its own report to the desk.
            var waiting = await db.Reports.AsNoTracking().Where(r => r.Case == null).OrderBy(r => r.Id).Take(MostWaiting).Select(r => new { r.Id, r.About }).ToListAsync(ct);
            if (waiting.Count == 0)
            {
                return false;
            }

            var began = Stopwatch.GetTimestamp();
            await Bring([.. waiting.GroupBy(r => r.About).Take(cases).SelectMany(of => of).Take(MostReports).Select(r => r.Id)], ct);
            cases = Math.Clamp(Stopwatch.GetElapsedTime(began) > Wait ? cases / 2 : cases * 2, 1, MostCases);
        }

        return true;
    }

    private async Task Bring(List<Id<Report>> ids, CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        foreach (var of in (await db.Reports.Where(r => ids.Contains(r.Id) && r.Case == null).OrderBy(r => r.Id).ToListAsync(ct)).GroupBy(r => r.About))
        {
            await bring.Run([.. of], [], ct);
        }

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
    }
}
