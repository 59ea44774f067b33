using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jaga.Hashing;

/// <summary>
/// The rows of a segment, grouped by the high bits of their keys in one slot. A group is a run of entries; an entry is the low
/// bits of a key above the number of its row, so that a group is told apart without a look at the hashes.
/// </summary>
internal sealed class HammingTable
{
    /// <summary>Groups looked up before the first of them is read, so that the processor waits for many at once.</summary>
    private const int Batch = 256;

    /// <summary>Rows that are proposed at a time, and how many a group may add without a look at how many there are.</summary>
    private const int MostProposed = 1024, Room = 256;

    private readonly int _rowBits;
    private readonly HammingMemory _starts;
    private readonly HammingMemory _entries;

    private HammingTable(HammingSlot slot, HammingMemory starts, HammingMemory entries) =>
        (Slot, _rowBits, _starts, _entries) = (slot, 32 - slot.Low, starts, entries);

    private uint RowMask => (uint)((1UL << _rowBits) - 1);

    /// <summary>Sorts the rows into groups, by counting.</summary>
    internal HammingTable(HammingSlot slot, HammingRows rows)
        : this(slot, HammingMemory.Allocate(StartsOf(slot) * sizeof(uint)), HammingMemory.Allocate((long)rows.Count * sizeof(uint)))
    {
        var count = rows.Count;
        var starts = _starts.Values<uint>(0, StartsOf(slot));
        starts.Clear();
        for (var row = 0; row < count; row++)
            starts[(int)(slot.KeyOf(rows[row]) >> slot.Low) + 1]++;
        for (var group = 1; group < starts.Length; group++)
            starts[group] += starts[group - 1];
        // Fills each group from its start, which moves along and ends up where the next group starts …
        for (var row = 0; row < count; row++)
        {
            var key = slot.KeyOf(rows[row]);
            _entries.At<uint>(starts[(int)(key >> slot.Low)]++) = (uint)((ulong)key << _rowBits) | (uint)row;
        }
        // … so all starts are one place too far down.
        starts[..^1].CopyTo(starts[1..]);
        starts[0] = 0;
    }

    /// <summary>The bits that it is keyed by.</summary>
    internal HammingSlot Slot { get; }

    private static int StartsOf(HammingSlot slot) => (1 << slot.High) + 1;

    /// <summary>Proposes the rows whose keys differ from the query's in at most so many bits, each once.</summary>
    // Optimized at once and without a profile: a profile turns the count below into a branch, which costs half the speed.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Find(in PdqHash query, int threshold, in HammingHits hits)
    {
        Span<(uint From, uint To)> groups = stackalloc (uint, uint)[Batch];
        Span<uint> proposed = stackalloc uint[MostProposed];
        var key = Slot.KeyOf(query);
        var high = key >> Slot.Low;
        var low = (uint)((ulong)key << _rowBits);
        var (rowBits, rowMask) = (_rowBits, RowMask);
        var count = 0;
        ref var starts = ref _starts.At<uint>(0);
        ref var entries = ref _entries.At<uint>(0);
        for (var changed = 0; changed <= threshold; changed++)
            for (var masks = HammingFlips.For(Slot.High).Changing(changed); !masks.IsEmpty; masks = masks[Math.Min(Batch, masks.Length)..])
            {
                var some = groups[..Math.Min(Batch, masks.Length)];
                for (var i = 0; i < some.Length; i++)
                {
                    ref var start = ref Unsafe.Add(ref starts, high ^ masks[i]);
                    some[i] = (start, Unsafe.Add(ref start, 1));
                    Memory.Prefetch(ref Unsafe.Add(ref entries, start));
                }
                foreach (var (from, to) in some)
                    for (var entry = from; entry < to;)
                    {
                        if (count > MostProposed - Room)
                        {
                            hits.Compare(proposed[..count]);
                            count = 0;
                        }
                        ref var place = ref MemoryMarshal.GetReference(proposed);
                        for (var end = Math.Min(to, entry + Room); entry < end; entry++)
                        {
                            // Written always and counted only where it fits: which do is not for a branch predictor to guess.
                            var difference = Unsafe.Add(ref entries, entry) ^ low;
                            Unsafe.Add(ref place, count) = difference & rowMask;
                            count += BitOperations.PopCount((uint)((ulong)difference >> rowBits)) <= threshold - changed ? 1 : 0;
                        }
                    }
            }
        hits.Compare(proposed[..count]);
    }

    /// <summary>Marks a row with this hash and value as removed; false where there is none.</summary>
    internal bool Remove(in PdqHash hash, int value, HammingRows rows)
    {
        var group = Slot.KeyOf(hash) >> Slot.Low;
        for (var i = _starts.At<uint>(group); i < _starts.At<uint>(group + 1); i++)
            if (rows.RemoveAt((int)(_entries.At<uint>(i) & RowMask), hash, value))
                return true;
        return false;
    }

    /// <summary>Writes the table.</summary>
    internal void Save(HammingWriter file)
    {
        file.Number(Slot.Lowest);
        file.Number(Slot.Width);
        file.Number(Slot.High);
        file.Section(_starts);
        file.Section(_entries);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, of so many rows.</summary>
    internal static HammingTable Open(HammingReader file, int rows)
    {
        var slot = new HammingSlot(file.Number(), file.Number(), file.Number());
        return new(slot, file.Section<uint>(StartsOf(slot)), file.Section<uint>(rows));
    }
}
