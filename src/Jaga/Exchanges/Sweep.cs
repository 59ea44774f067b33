using Jaga.Exchanges.Protocols;

namespace Jaga.Exchanges;

/// <summary>At the end of a run that told of everything: takes out, page by page, what it did not tell of.</summary>
public sealed class Sweep(Db db)
{
    /// <summary>The cursor that stands for this part of a run, where others hold the protocol's own words; no protocol uses this one.</summary>
    internal const string Cursor = "sweep";

    private const int Most = 1000;

    // A list of a handful may well lose half of it.
    private const int Small = 100;

    internal async Task<ExchangePage> Read(ExchangeProgress progress, CancellationToken ct)
    {
        var old = db.ExchangeClaims.Where(c => c.Bank == progress.Bank && c.Run < progress.Run);
        var left = await old.CountAsync(ct);
        var here = await db.ExchangeClaims.CountAsync(c => c.Bank == progress.Bank && c.Run == progress.Run, ct);
        if (!progress.MayShrink && left > 0 && (here == 0 || (left > Small && here < left)))
        {
            throw new ExchangeFailure(FailureKind.Shrunk, $"The list came with {here:N0} fingerprints and had {here + left:N0}. Nothing was removed. If this is right, run it again and say that it may shrink.");
        }

        var keys = await old.Select(c => c.Key).Distinct().OrderBy(k => k).Take(Most).ToListAsync(ct);

        // An entry of this run may have old fingerprints only where it was told of again; those were taken out with it.
        return new() { Entries = [.. keys.Select(k => new ExchangeEntry(k, []))], Next = keys.Count == Most ? Cursor : null };
    }
}
