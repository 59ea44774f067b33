namespace Jaga.Reports;

/// <summary>Finds the pictures that a process which ended took with it: their reports would say for ever that they wait.</summary>
public sealed class MissScreenshots(Db db, TimeProvider clock, AddScreenshot pictures) : IRecurring
{
    /// <summary>Reading and keeping a picture takes seconds; after this long nobody works on it any more.</summary>
    internal static readonly TimeSpan After = TimeSpan.FromMinutes(30);

    private const int AtOnce = 100;

    public async Task<bool> Run(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - After;
        var lost = await db.Reports.AsNoTracking().Where(r => r.Screenshot == AddScreenshot.Waiting && r.ReceivedAt < before).OrderBy(r => r.Id).Take(AtOnce).Select(r => r.Id).ToListAsync(ct);
        if (lost.Count > 0)
        {
            await pictures.Fail(lost, "the process that read it ended", ct);
        }

        return lost.Count == AtOnce;
    }
}
