using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jaga.Hashing;

/// <summary>
/// One query's way through the tables of a segment. Groups are looked up first, then their tags are compared, then the hashes of
/// those that are near: each of these stages asks memory for what the next one reads, so that the processor waits for many places
/// at once.
/// </summary>
internal readonly ref struct HammingSearch
{
    /// <summary>Groups looked up before the first is read, and entries gathered before the first hash is compared.</summary>
    private const int MostGroups = 512, MostEntries = 512;

    /// <summary>Rows whose comparison is remembered, by the last bits of their number.</summary>
    private const int Remembered = 1024;

    /// <summary>Bytes of a group that are asked for; of longer ones, processors fetch the rest by themselves.</summary>
    private const long BytesAhead = 8 * IndexMemory.Alignment;

    private readonly HammingRows _rows;
    private readonly HammingTable[] _tables;
    private readonly HammingReach _reach;
    private readonly PdqHash _query;
    private readonly int _radius;
    private readonly List<Neighbour> _into;
    private readonly Span<Group> _groups;
    private readonly Span<Entry> _entries;
    private readonly Span<uint> _seen;

    private HammingSearch(
        HammingRows rows, HammingTable[] tables, HammingReach reach, in PdqHash query, int radius, List<Neighbour> into,
        Span<Group> groups, Span<Entry> entries, Span<uint> seen)
    {
        _rows = rows;
        _tables = tables;
        _reach = reach;
        _query = query;
        _radius = radius;
        _into = into;
        _groups = groups;
        _entries = entries;
        _seen = seen;
        seen.Fill(uint.MaxValue);
    }

    /// <summary>Appends every row within the radius that is not removed.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="tables">The tables of these rows.</param>
    /// <param name="reach">How far to search them.</param>
    /// <param name="query">The hash to look round.</param>
    /// <param name="radius">The largest distance.</param>
    /// <param name="into">Where neighbours are appended.</param>
    [SkipLocalsInit]
    internal static void Find(HammingRows rows, HammingTable[] tables, HammingReach reach, in PdqHash query, int radius, List<Neighbour> into) =>
        new HammingSearch(rows, tables, reach, query, radius, into, stackalloc Group[MostGroups], stackalloc Entry[MostEntries], stackalloc uint[Remembered]).Find();

    private void Find()
    {
        var groups = 0;
        for (var i = 0; i < _tables.Length; i++)
            for (var changed = 0; changed <= _reach.Thresholds[i]; changed++)
                for (var masks = HammingFlips.For(_tables[i].Slot.KeyBits).Changing(changed); !masks.IsEmpty;)
                {
                    if (groups == MostGroups)
                        groups = Read(groups);
                    var some = masks[..Math.Min(masks.Length, MostGroups - groups)];
                    groups += LookUp(i, changed, some, _groups[groups..]);
                    masks = masks[some.Length..];
                }
        Read(groups);
    }

    /// <summary>Looks up the groups whose keys differ from the query's by these masks. How many are not empty.</summary>
    // Optimized at once and without a profile: a profile turns the count into a branch, which costs much.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int LookUp(int table, int changed, ReadOnlySpan<uint> masks, Span<Group> groups)
    {
        var of = _tables[table];
        var key = of.Slot.KeyOf(_query);
        var group = new Group { Table = (byte)table, Tag = of.Slot.TagOf(_query), Most = (byte)Math.Min(HammingSlot.MostTagBits, _reach.Limits[table] - changed) };
        ref var to = ref MemoryMarshal.GetReference(groups);
        ref var starts = ref of.StartOf(0);
        ref var tags = ref of.Tags;
        var tagBytes = of.Slot.TagBytes;
        var count = 0;
        foreach (var mask in masks)
        {
            ref var start = ref Unsafe.Add(ref starts, key ^ mask);
            (group.From, group.To) = (start, Unsafe.Add(ref start, 1));
            Unsafe.Add(ref to, count) = group;
            count += group.From < group.To ? 1 : 0;
            var (first, end) = ((nint)group.From * tagBytes, (nint)group.To * tagBytes);
            Memory.Prefetch(ref Unsafe.Add(ref tags, first));
            Memory.Prefetch(ref Unsafe.Add(ref tags, end));
            for (var at = first + IndexMemory.Alignment; at < Math.Min(end, first + (nint)BytesAhead); at += IndexMemory.Alignment)
                Memory.Prefetch(ref Unsafe.Add(ref tags, at));
        }
        return count;
    }

    /// <summary>Compares the tags of the first groups, and the hashes of those that are near. There are none left then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Read(int groups)
    {
        var entries = 0;
        foreach (ref readonly var group in _groups[..groups])
        {
            var table = _tables[group.Table];
            ref var tags = ref table.Tags;
            var narrow = table.Slot.TagBytes == 1;
            var atOnce = narrow ? HammingTags.BytesAtOnce : HammingTags.BytesAtOnce / 2;
            for (var at = group.From; at < group.To; at += (uint)atOnce)
            {
                var near = narrow
                    ? HammingTags.Near(ref Unsafe.Add(ref tags, at), (byte)group.Tag, group.Most)
                    : HammingTags.Near(ref Unsafe.As<byte, ushort>(ref Unsafe.Add(ref tags, (nint)at * sizeof(ushort))), group.Tag, group.Most);
                if (group.To - at < atOnce)
                    near &= (1UL << (int)(group.To - at)) - 1;
                for (; near != 0; near &= near - 1)
                {
                    if (entries == MostEntries)
                        entries = Compare(entries);
                    var entry = at + (uint)System.Numerics.BitOperations.TrailingZeroCount(near);
                    Memory.Prefetch(ref table.PlaceOfRow(entry));
                    _entries[entries++] = new(group.Table, entry);
                }
            }
        }
        Compare(entries);
        return 0;
    }

    /// <summary>Compares the hashes of the first entries. There are none left then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Compare(int entries)
    {
        var compared = 0;
        foreach (ref readonly var entry in _entries[..entries])
        {
            var row = (uint)_tables[entry.Table].RowAt(entry.At);
            ref var seen = ref _seen[(int)row % Remembered];
            if (seen == row)
                continue; // what is near is proposed by nearly every table
            seen = row;
            _entries[compared++] = entry with { At = row };
            Memory.Prefetch(ref _rows[(int)row]);
        }
        foreach (ref readonly var entry in _entries[..compared])
        {
            var distance = _rows[(int)entry.At].DistanceTo(_query);
            if (distance <= _radius && !ProposedBefore(entry))
                _rows.Take((int)entry.At, distance, _into);
        }
        return 0;
    }

    /// <summary>Whether a table before has proposed the row too. Told from the hash itself: not all that was compared is remembered.</summary>
    private bool ProposedBefore(Entry entry)
    {
        for (var i = 0; i < entry.Table; i++)
            if (_reach.Proposes(i, _tables[i].Slot, _rows[(int)entry.At], _query))
                return true;
        return false;
    }

    private record struct Group(uint From, uint To, ushort Tag, byte Most, byte Table);

    /// <summary>An entry of a table, then its row.</summary>
    private readonly record struct Entry(int Table, uint At);
}
