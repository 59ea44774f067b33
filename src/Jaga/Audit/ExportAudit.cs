namespace Jaga.Audit;

/// <summary>
/// Writes the log to a file that can be kept elsewhere and verified without Jaga's database: JSON Lines, one row a line,
/// <c>{"line":CANONICAL,"leaf":"HEX"}</c>, and after the lines that it covers <c>{"checkpoint":"NOTE"}</c>.
/// Anybody can recompute a leaf: SHA-256 over a zero byte and the text of CANONICAL as it stands.
/// </summary>
public static class ExportAudit
{
    /// <summary>Writes the whole log and returns how many lines it has.</summary>
    public static async Task<long> Run(Db db, Stream to, CancellationToken ct)
    {
        var lines = 0L;
        await foreach (var entry in AuditEntries.In(db, ct))
        {
            lines += entry is AuditEntry.Line ? 1 : 0;
            if (AuditEntries.ToRow(entry) is { } row)
            {
                await to.WriteAsync(row, ct);
                await to.WriteAsync("\n"u8.ToArray(), ct);
            }
        }

        return lines;
    }
}
