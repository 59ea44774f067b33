namespace Jaga.Hashing;

/// <summary>The parts of a <see cref="HammingIndex"/> at one moment. Rows are appended to the tail and marked as removed in any part.</summary>
/// <param name="Segments">Parts with tables: few, and most of the hashes.</param>
/// <param name="Closed">Parts that are being merged into a segment, scanned until that is done.</param>
/// <param name="Tail">What was added last, scanned.</param>
internal sealed record HammingSnapshot(HammingSegment[] Segments, HammingRows[] Closed, HammingRows Tail)
{
    private const int FirstTail = 256;

    /// <summary>Rows in all parts, removed ones too.</summary>
    internal int RowsHeld => Segments.Sum(segment => segment.Rows.Count) + Closed.Sum(rows => rows.Count) + Tail.Count;

    internal static HammingSnapshot Empty() => new([], [], new(FirstTail));

    internal HammingSnapshot WithClosedTail() => new(Segments, [.. Closed, Tail], new(FirstTail));

    internal void Find(in PdqHash query, int radius, List<Neighbour> into)
    {
        foreach (var segment in Segments)
            segment.Find(query, radius, into);
        foreach (var rows in Closed)
            rows.Scan(query, radius, into);
        Tail.Scan(query, radius, into);
    }

    /// <summary>Marks one row with this hash and value as removed; the rows that it was found in, or null.</summary>
    internal HammingRows? Remove(in PdqHash hash, int value)
    {
        if (Tail.Remove(hash, value))
            return Tail;
        foreach (var rows in Closed)
            if (rows.Remove(hash, value))
                return rows;
        foreach (var segment in Segments)
            if (segment.Remove(hash, value))
                return segment.Rows;
        return null;
    }
}
