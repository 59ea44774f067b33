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

    private readonly HammingSlot _slot;
    private readonly int _rowBits;
    private readonly uint[] _starts;
    private readonly uint[] _entries;

    private uint RowMask => (uint)((1UL << _rowBits) - 1);

    /// <summary>Sorts the rows into groups, by counting.</summary>
    internal HammingTable(HammingSlot slot, HammingRows rows)
    {
        _slot = slot;
        _rowBits = 32 - slot.Low;
        var count = rows.Count;
        _starts = new uint[(1 << slot.High) + 1];
        _entries = GC.AllocateUninitializedArray<uint>(count);
        for (var row = 0; row < count; row++)
            _starts[(slot.KeyOf(rows[row]) >> slot.Low) + 1]++;
        for (var group = 1; group < _starts.Length; group++)
            _starts[group] += _starts[group - 1];
        // Fills each group from its start, which moves along and ends up where the next group starts …
        for (var row = 0; row < count; row++)
        {
            var key = slot.KeyOf(rows[row]);
            _entries[_starts[key >> slot.Low]++] = (uint)((ulong)key << _rowBits) | (uint)row;
        }
        // … so all starts are one place too far down.
        Array.Copy(_starts, 0, _starts, 1, _starts.Length - 1);
        _starts[0] = 0;
    }

    /// <summary>Finds the rows whose keys differ from the query's in at most so many bits, and hands them on in batches, each once.</summary>
    [SkipLocalsInit]
    internal void Find(in PdqHash query, int threshold, ref HammingHits hits)
    {
        Span<uint> from = stackalloc uint[Batch];
        Span<uint> to = stackalloc uint[Batch];
        var key = _slot.KeyOf(query);
        var high = key >> _slot.Low;
        var low = (uint)((ulong)key << _rowBits);
        for (var changed = 0; changed <= Math.Min(threshold, _slot.High); changed++)
            for (var masks = HammingFlips.For(_slot.High).Changing(changed); !masks.IsEmpty; masks = masks[Math.Min(Batch, masks.Length)..])
            {
                var groups = Math.Min(Batch, masks.Length);
                ref var start = ref MemoryMarshal.GetArrayDataReference(_starts);
                for (var i = 0; i < groups; i++)
                {
                    ref var found = ref Unsafe.Add(ref start, high ^ masks[i]);
                    (from[i], to[i]) = (found, Unsafe.Add(ref found, 1));
                }
                for (var i = 0; i < groups; i++)
                    Read(_entries.AsSpan((int)from[i], (int)(to[i] - from[i])), low, threshold - changed, ref hits);
            }
    }

    /// <summary>Marks a row with this hash and value as removed; false where there is none.</summary>
    internal bool Remove(in PdqHash hash, int value, HammingRows rows)
    {
        var group = _slot.KeyOf(hash) >> _slot.Low;
        for (var i = _starts[group]; i < _starts[group + 1]; i++)
            if (rows.RemoveAt((int)(_entries[i] & RowMask), hash, value))
                return true;
        return false;
    }

    /// <summary>Hands on the entries of a group whose low bits differ in at most so many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Read(ReadOnlySpan<uint> group, uint low, int threshold, ref HammingHits hits)
    {
        var rowMask = RowMask;
        while (!group.IsEmpty)
        {
            var some = group[..Math.Min(group.Length, HammingHits.Room)];
            var candidates = hits.MakeRoom();
            var count = 0;
            foreach (var entry in some)
            {
                // Written always and counted only where it fits: which do is not for a branch predictor to guess.
                candidates[count] = entry & rowMask;
                count += BitOperations.PopCount((uint)((ulong)(entry ^ low) >> _rowBits)) <= threshold ? 1 : 0;
            }
            hits.Keep(count);
            group = group[some.Length..];
        }
    }
}
