namespace Jaga.Items.Fingerprints;

/// <summary>What was checked last: a row for the checks that were committed together and knew the same of the banks, in that commit.</summary>
internal sealed class FingerprintTail : IGathered
{
    private static readonly RawInsert Rows = new("fingerprint_tail", "seq", "at", "heads", "hashes");

    private readonly List<(KeptFingerprints Kept, DateTimeOffset At)> _checks = [];

    /// <summary>Keeps a check's fingerprints in the commit in hand.</summary>
    public void Add(KeptFingerprints kept, DateTimeOffset at) => _checks.Add((kept, at));

    public void WriteTo(RawRows rows)
    {
        foreach (var equal in _checks.GroupBy(c => c.Kept.Seq))
        {
            rows.Add(Rows, equal.Key, rows.Time(equal.Max(c => c.At)), Join(equal.Select(c => c.Kept.Heads)), Join(equal.Select(c => c.Kept.Hashes)));
        }
    }

    /// <summary>Keeps them in the transaction that is open on <paramref name="db"/>.</summary>
    public static Task Keep(Db db, KeptFingerprints kept, DateTimeOffset at, CancellationToken ct) => db.Database.ExecuteSqlAsync(
        $"INSERT INTO fingerprint_tail (seq, at, heads, hashes) VALUES ({kept.Seq}, {db.Time(at)}, {kept.Heads}, {kept.Hashes})", ct);

    private static byte[] Join(IEnumerable<byte[]> parts)
    {
        var whole = new MemoryStream();
        foreach (var part in parts)
        {
            whole.Write(part);
        }

        return whole.ToArray();
    }
}
