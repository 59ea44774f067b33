using Jaga.Audit;

namespace Jaga.Reports;

/// <summary>Brings what was taken in to the desk, soon after: in small turns, so that whoever reports meanwhile does not wait for the database.</summary>
public sealed class SortReports(Db db, BringToDesk bring, ILogger<SortReports> logger) : IRecurring
{
    /// <summary>The most reports in one turn.</summary>
    private const int MostReports = 500;

    /// <summary>The most cases that one turn touches.</summary>
    private const int MostCases = 8;

    public async Task<bool> Run(CancellationToken ct)
    {
        await using var transaction = await db.Begin(ct);
        var waiting = await db.Reports.Where(r => r.Case == null).OrderBy(r => r.Id).Take(MostReports).ToListAsync(ct);
        if (waiting.Count == 0)
        {
            return false;
        }

        var bySubject = waiting.GroupBy(r => r.About).ToList();
        foreach (var group in bySubject.Take(MostCases))
        {
            await bring.Run([.. group], [], ct);
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

        return waiting.Count == MostReports || bySubject.Count > MostCases;
    }
}
