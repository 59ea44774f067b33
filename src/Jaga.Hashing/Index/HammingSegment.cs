namespace Jaga.Hashing;

/// <summary>A part of an index that nothing is added to: its rows, and a table for each slot of a layout made for their number.</summary>
internal sealed class HammingSegment
{
    private readonly HammingLayout _layout;
    private readonly HammingTable[] _tables;

    /// <summary>Builds the tables, several at a time. There must be a row.</summary>
    internal HammingSegment(HammingRows rows, int bytesPerHash, int processors)
    {
        Rows = rows;
        _layout = HammingLayout.For(rows.Count, bytesPerHash);
        _tables = new HammingTable[_layout.Slots.Length];
        Parallel.For(0, _tables.Length, new() { MaxDegreeOfParallelism = processors }, i => _tables[i] = new(_layout.Slots[i], rows));
    }

    private HammingSegment(HammingRows rows, HammingLayout layout, HammingTable[] tables) => (Rows, _layout, _tables) = (rows, layout, tables);

    /// <summary>The hashes and their values.</summary>
    internal HammingRows Rows { get; }

    /// <summary>Appends every row within the radius that is not removed.</summary>
    internal void Find(in PdqHash query, int radius, List<Neighbour> into)
    {
        if (_layout.Reach(radius) is { } reach)
            HammingSearch.Find(Rows, _tables, reach, query, radius, into);
        else
            Rows.Scan(query, radius, into);
    }

    /// <summary>Marks a row with this hash and value as removed.</summary>
    internal bool Remove(in PdqHash hash, int value) => _tables[0].Remove(hash, value, Rows);

    /// <summary>Writes the rows and the tables.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="removed">Which rows are removed.</param>
    internal void Save(IndexWriter file, ulong[] removed)
    {
        Rows.Save(file, Rows.Count, removed);
        file.Number(_tables.Length);
        foreach (var table in _tables)
            table.Save(file);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static HammingSegment Open(IndexReader file)
    {
        var rows = HammingRows.Open(file);
        var tables = new HammingTable[file.Number()];
        for (var i = 0; i < tables.Length; i++)
            tables[i] = HammingTable.Open(file, rows.Count);
        return new(rows, HammingLayout.Of([.. tables.Select(table => table.Slot)], rows.Count), tables);
    }
}
