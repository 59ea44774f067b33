using System.Numerics;
using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>
/// The rows of a segment, grouped by their keys in one slot. A group is a run of tags, one for each row; the rows' numbers stand in
/// the same order elsewhere, packed to as many bits as the largest needs, because few of them are ever read.
/// </summary>
internal sealed class HammingTable
{
    private readonly IndexMemory _starts;
    private readonly IndexMemory _tags;
    private readonly IndexMemory _rows;
    private readonly int _rowBits;

    private HammingTable(HammingSlot slot, int count, IndexMemory starts, IndexMemory tags, IndexMemory rows) =>
        (Slot, _rowBits, _starts, _tags, _rows) = (slot, RowBitsOf(count), starts, tags, rows);

    /// <summary>Sorts the rows into groups, by counting.</summary>
    internal HammingTable(HammingSlot slot, HammingRows rows)
        : this(
            slot, rows.Count, IndexMemory.Allocate(StartsOf(slot) * sizeof(uint)), IndexMemory.Allocate(TagBytesOf(slot, rows.Count)),
            IndexMemory.Allocate(RowBytesOf(rows.Count)))
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
        for (var row = 0; row < count; row++)
        {
            ref readonly var hash = ref rows[row];
            var entry = Unsafe.Add(ref start, slot.KeyOf(hash))++;
            if (slot.TagBytes == 1)
                _tags.At<byte>(entry) = (byte)slot.TagOf(hash);
            else
                _tags.At<ushort>(entry) = slot.TagOf(hash);
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
        (long)StartsOf(slot) * sizeof(uint) + TagBytesOf(slot, count) + RowBytesOf(count);

    /// <summary>The start of a group, behind which stands its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref uint StartOf(uint key) => ref _starts.At<uint>(key);

    /// <summary>The first of the tags, each of <see cref="HammingSlot.TagBytes"/>. So many bytes as are compared at once may be read beyond the last.</summary>
    internal ref byte Tags => ref _tags.At<byte>(0);

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
            if ((Slot.TagBytes == 1 ? _tags.At<byte>(entry) : _tags.At<ushort>(entry)) == tag && rows.RemoveAt(RowAt(entry), hash, value))
                return true;
        return false;
    }

    /// <summary>Writes the table.</summary>
    internal void Save(IndexWriter file)
    {
        file.Number(Slot.Lowest);
        file.Number(Slot.Width);
        file.Number(Slot.KeyBits);
        file.Number(Slot.TagBits);
        file.Section(_starts);
        file.Section(_tags);
        file.Section(_rows);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, of so many rows.</summary>
    internal static HammingTable Open(IndexReader file, int count)
    {
        var slot = new HammingSlot(file.Number(), file.Number(), file.Number(), file.Number());
        return new(slot, count, file.Section<uint>(StartsOf(slot)), file.Section<byte>(TagBytesOf(slot, count)), file.Section<byte>(RowBytesOf(count)));
    }

    private static int StartsOf(HammingSlot slot) => (1 << slot.KeyBits) + 1;

    private static long TagBytesOf(HammingSlot slot, int count) => (long)count * slot.TagBytes + HammingTags.MostBytes;

    private static int RowBitsOf(int count) => BitOperations.Log2((uint)count) + 1;

    private static long RowBytesOf(int count) => ((long)count * RowBitsOf(count) + 7) / 8 + sizeof(ulong); // the last is read with what follows
}
