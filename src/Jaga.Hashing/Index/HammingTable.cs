using System.Numerics;
using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>
/// The rows of a segment, grouped by their keys in one slot. A group is a run of tags, one for each row; the rows' numbers stand in
/// the same order elsewhere, packed to as many bits as the largest needs, because few of them are ever read.
/// </summary>
internal sealed class HammingTable
{
    private readonly HammingMemory _starts;
    private readonly HammingMemory _tags;
    private readonly HammingMemory _rows;
    private readonly int _rowBits;

    private HammingTable(HammingSlot slot, int count, HammingMemory starts, HammingMemory tags, HammingMemory rows) =>
        (Slot, _rowBits, _starts, _tags, _rows) = (slot, RowBitsOf(count), starts, tags, rows);

    /// <summary>Sorts the rows into groups, by counting.</summary>
    internal HammingTable(HammingSlot slot, HammingRows rows)
        : this(
            slot, rows.Count, HammingMemory.Allocate(StartsOf(slot) * sizeof(uint)), HammingMemory.Allocate(TagsOf(rows.Count) * sizeof(ushort)),
            HammingMemory.Allocate(RowBytesOf(rows.Count)))
    {
        var count = rows.Count;
        var starts = _starts.Values<uint>(0, StartsOf(slot));
        starts.Clear();
        for (var row = 0; row < count; row++)
            starts[(int)slot.KeyOf(rows[row]) + 1]++;
        for (var group = 1; group < starts.Length; group++)
            starts[group] += starts[group - 1];
        _rows.Clear();
        // Fills each group from its start, which moves along and ends up where the next group starts …
        ref var start = ref _starts.At<uint>(0);
        ref var tags = ref _tags.At<ushort>(0);
        for (var row = 0; row < count; row++)
        {
            ref readonly var hash = ref rows[row];
            var entry = Unsafe.Add(ref start, slot.KeyOf(hash))++;
            Unsafe.Add(ref tags, entry) = slot.TagOf(hash);
            var bit = (ulong)entry * (uint)_rowBits;
            ref var packed = ref _rows.At<byte>((long)(bit / 8));
            Unsafe.WriteUnaligned(ref packed, Unsafe.ReadUnaligned<ulong>(ref packed) | (ulong)row << (int)(bit % 8));
        }
        // … so all starts are one place too far down.
        starts[..^1].CopyTo(starts[1..]);
        starts[0] = 0;
    }

    /// <summary>The bits that it is made for.</summary>
    internal HammingSlot Slot { get; }

    /// <summary>Bytes that a table of so many rows takes.</summary>
    internal static long BytesOf(HammingSlot slot, int count) =>
        (long)StartsOf(slot) * sizeof(uint) + TagsOf(count) * sizeof(ushort) + RowBytesOf(count);

    /// <summary>The start of a group, behind which stands its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref uint StartOf(uint key) => ref _starts.At<uint>(key);

    /// <summary>An entry's tag. Up to <see cref="HammingTags.Most"/> entries beyond the last may be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref ushort TagAt(uint entry) => ref _tags.At<ushort>(entry);

    /// <summary>Where an entry's row stands, to be fetched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref byte PlaceOfRow(uint entry) => ref _rows.At<byte>((long)((ulong)entry * (uint)_rowBits / 8));

    /// <summary>An entry's row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int RowAt(uint entry)
    {
        var bit = (ulong)entry * (uint)_rowBits;
        return (int)(Unsafe.ReadUnaligned<ulong>(ref _rows.At<byte>((long)(bit / 8))) >> (int)(bit % 8) & ((1UL << _rowBits) - 1));
    }

    /// <summary>Marks a row with this hash and value as removed; false where there is none.</summary>
    internal bool Remove(in PdqHash hash, int value, HammingRows rows)
    {
        ref var start = ref StartOf(Slot.KeyOf(hash));
        var tag = Slot.TagOf(hash);
        for (var entry = start; entry < Unsafe.Add(ref start, 1); entry++)
            if (TagAt(entry) == tag && rows.RemoveAt(RowAt(entry), hash, value))
                return true;
        return false;
    }

    /// <summary>Writes the table.</summary>
    internal void Save(HammingWriter file)
    {
        file.Number(Slot.Lowest);
        file.Number(Slot.Width);
        file.Number(Slot.KeyBits);
        file.Section(_starts);
        file.Section(_tags);
        file.Section(_rows);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, of so many rows.</summary>
    internal static HammingTable Open(HammingReader file, int count)
    {
        var slot = new HammingSlot(file.Number(), file.Number(), file.Number());
        return new(slot, count, file.Section<uint>(StartsOf(slot)), file.Section<ushort>(TagsOf(count)), file.Section<byte>(RowBytesOf(count)));
    }

    private static int StartsOf(HammingSlot slot) => (1 << slot.KeyBits) + 1;

    private static long TagsOf(int count) => (long)count + HammingTags.Most;

    private static int RowBitsOf(int count) => BitOperations.Log2((uint)count) + 1;

    private static long RowBytesOf(int count) => ((long)count * RowBitsOf(count) + 7) / 8 + sizeof(ulong); // the last is read with what follows
}
