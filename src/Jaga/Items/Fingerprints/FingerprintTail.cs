namespace Jaga.Items.Fingerprints;

/// <summary>What was checked last: a row for each check, in the check's own transaction.</summary>
internal static class FingerprintTail
{
    /// <summary>The statement by which a check's fingerprints are kept on the hot path.</summary>
    public static readonly RawInsert Rows = new("fingerprint_tail", "seq", "at", "heads", "hashes");

    /// <summary>Keeps them in the transaction that is open on <paramref name="db"/>.</summary>
    public static Task Keep(Db db, KeptFingerprints kept, DateTimeOffset at, CancellationToken ct) => db.Database.ExecuteSqlAsync(
        $"INSERT INTO fingerprint_tail (seq, at, heads, hashes) VALUES ({kept.Seq}, {db.Time(at)}, {kept.Heads}, {kept.Hashes})", ct);
}
