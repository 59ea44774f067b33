using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Jaga.Hashing;

/// <summary>
/// Tells for very many hashes which of them lie within a radius of any of a few: the few are laid out once, the many stream past. Exact. The other way
/// round than <see cref="HammingIndex"/>, which holds the many; tens of times as fast for the few, because its tables fit the processor's cache.
/// </summary>
/// <remarks>
/// <para>
/// The hash is cut into eight pairs of slots of 16 bits. Of two hashes within the radius some pair agrees up to <c>radius / 8</c> bits, and of that pair one slot up
/// to half of these (pigeonhole, twice). So each of the few stands in each slot's table under every key that near to its own, its bits in the other slot of the pair
/// beside it; each of the many is looked up once in each slot, and the bits beside turn nearly all away, sixteen at a time and without going to the hashes.
/// </para>
/// <para>Immutable; any number of threads may ask at once.</para>
/// </remarks>
public sealed class HammingSieve
{
    /// <summary>The most hashes that one sieve holds. More go into several, one asked after the other.</summary>
    public const int MostHashes = 1 << 16;

    /// <summary>The largest radius.</summary>
    public const int LargestRadius = 63;

    private const int Slots = 16, SlotBits = 16, Keys = 1 << SlotBits, WordsOfHash = 4;

    /// <summary>Lookups on their way from memory while one is compared.</summary>
    private const int Ahead = 12;

    private readonly ulong[] _words;
    private readonly int _radius;
    private readonly Table[] _tables;

    /// <summary>Lays out the hashes.</summary>
    /// <param name="hashes">At most <see cref="MostHashes"/>.</param>
    /// <param name="radius">The largest distance, 0 to <see cref="LargestRadius"/> bits.</param>
    /// <exception cref="ArgumentException">There are more hashes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or larger.</exception>
    public HammingSieve(ReadOnlySpan<PdqHash> hashes, int radius)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radius, LargestRadius);
        if (hashes.Length > MostHashes)
            throw new ArgumentException($"A sieve holds at most {MostHashes} hashes, not {hashes.Length}.", nameof(hashes));
        _radius = radius;
        _words = MemoryMarshal.Cast<PdqHash, ulong>(hashes).ToArray();
        _tables = new Table[Slots];
        for (var slot = 0; slot < Slots; slot++)
            _tables[slot] = new(_words, slot, radius / Slots);
    }

    /// <summary>Hashes in the sieve.</summary>
    public int Count => _words.Length / WordsOfHash;

    /// <summary>Bytes that a sieve of so many hashes takes, about.</summary>
    /// <param name="count">Hashes.</param>
    /// <param name="radius">The largest distance, 0 to <see cref="LargestRadius"/> bits.</param>
    public static long BytesOf(int count, int radius) =>
        (long)count * (PdqHash.Bytes + Slots * 2 * sizeof(ushort) * Near(radius / Slots)) + Slots * Keys * (long)sizeof(int);

    /// <summary>Marks those of the many that lie within the radius of any hash in the sieve; leaves the other marks as they are.</summary>
    /// <param name="many">Some thousands at a time are fastest.</param>
    /// <param name="marks">One for each.</param>
    /// <exception cref="ArgumentException">There are fewer marks than hashes.</exception>
    public void Mark(ReadOnlySpan<PdqHash> many, Span<bool> marks)
    {
        if (marks.Length < many.Length)
            throw new ArgumentException($"{many.Length} hashes need as many marks, not {marks.Length}.", nameof(marks));
        if (Count == 0)
            return;
        for (var slot = 0; slot < Slots; slot++)
            Mark(slot, MemoryMarshal.Cast<PdqHash, ulong>(many), marks);
    }

    // One slot for all of the many before the next: its table stays in the cache.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mark(int slot, ReadOnlySpan<ulong> many, Span<bool> marks)
    {
        var table = _tables[slot];
        var (word, shift, besideShift) = (slot / WordsOfHash, slot % WordsOfHash * SlotBits, (slot ^ 1) % WordsOfHash * SlotBits);
        var reach = Vector256.Create((ushort)(_radius / (Slots / 2)));
        ref var starts = ref MemoryMarshal.GetArrayDataReference(table.Starts);
        ref var beside = ref MemoryMarshal.GetArrayDataReference(table.Beside);
        ref var query = ref Unsafe.Add(ref MemoryMarshal.GetReference(many), word);
        var count = many.Length / WordsOfHash;
        for (var i = 0; i < count; i++, query = ref Unsafe.Add(ref query, WordsOfHash))
        {
            if (i + Ahead < count)
                Memory.Prefetch(ref Unsafe.Add(ref beside, Unsafe.Add(ref starts, (int)(Unsafe.Add(ref query, Ahead * WordsOfHash) >> shift) & (Keys - 1))));
            var key = (int)(query >> shift) & (Keys - 1);
            var bits = Vector256.Create((ushort)(query >> besideShift));
            var end = Unsafe.Add(ref starts, key + 1);
            for (var entry = Unsafe.Add(ref starts, key); entry < end; entry += Vector256<ushort>.Count)
            {
                var near = Vector256.LessThanOrEqual(BitsSet(Vector256.LoadUnsafe(ref Unsafe.Add(ref beside, entry)) ^ bits), reach).ExtractMostSignificantBits();
                if (end - entry < Vector256<ushort>.Count)
                    near &= (1u << (end - entry)) - 1;
                if (near != 0 && !marks[i])
                    marks[i] = AnyWithin(many.Slice(i * WordsOfHash, WordsOfHash), table.Entries.AsSpan(entry), near);
            }
        }
    }

    /// <summary>Whether any of the proposed lies within the radius.</summary>
    /// <param name="query">The words of a hash.</param>
    /// <param name="entries">A key's, from some place on.</param>
    /// <param name="proposed">A bit for each of the first entries.</param>
    private bool AnyWithin(ReadOnlySpan<ulong> query, ReadOnlySpan<ushort> entries, uint proposed)
    {
        for (; proposed != 0; proposed &= proposed - 1)
        {
            var known = _words.AsSpan(entries[BitOperations.TrailingZeroCount(proposed)] * WordsOfHash, WordsOfHash);
            var distance = 0;
            for (var word = 0; word < WordsOfHash; word++)
                distance += BitOperations.PopCount(query[word] ^ known[word]);
            if (distance <= _radius)
                return true;
        }
        return false;
    }

    /// <summary>How many bits are set in each of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> BitsSet(Vector256<ushort> bits)
    {
        bits -= (bits >>> 1) & Vector256.Create((ushort)0x5555);
        bits = (bits & Vector256.Create((ushort)0x3333)) + ((bits >>> 2) & Vector256.Create((ushort)0x3333));
        bits = (bits + (bits >>> 4)) & Vector256.Create((ushort)0x0F0F);
        return (bits + (bits >>> 8)) & Vector256.Create((ushort)0x001F);
    }

    /// <summary>Keys within so many bits of one, itself among them.</summary>
    private static int Near(int bits) => bits switch { 0 => 1, 1 => 17, 2 => 137, _ => 697 };

    /// <summary>One slot's keys, and which hashes stand under each.</summary>
    private sealed class Table
    {
        /// <summary>Where each key's entries start; the next key's start is their end.</summary>
        public readonly int[] Starts = new int[Keys + 1];

        /// <summary>Each entry's hash.</summary>
        public readonly ushort[] Entries;

        /// <summary>Each entry's bits in the other slot of the pair, with room at the end to read sixteen at once.</summary>
        public readonly ushort[] Beside;

        public Table(ulong[] words, int slot, int threshold)
        {
            var (word, shift, besideShift) = (slot / WordsOfHash, slot % WordsOfHash * SlotBits, (slot ^ 1) % WordsOfHash * SlotBits);
            var count = words.Length / WordsOfHash;
            Entries = new ushort[checked(count * Near(threshold))];
            Beside = new ushort[Entries.Length + Vector256<ushort>.Count];
            for (var hash = 0; hash < count; hash++)
            {
                var key = (uint)(words[hash * WordsOfHash + word] >> shift) & (Keys - 1);
                for (var changed = 0; changed <= threshold; changed++)
                    foreach (var mask in HammingFlips.For(SlotBits).Changing(changed))
                        Starts[key ^ mask]++;
            }
            for (var (key, sum) = (0, 0); key < Starts.Length; key++)
                Starts[key] = sum += Starts[key]; // where the key ends; filled backwards, it becomes where it starts
            for (var hash = count - 1; hash >= 0; hash--)
            {
                var bits = words[hash * WordsOfHash + word];
                var key = (uint)(bits >> shift) & (Keys - 1);
                for (var changed = 0; changed <= threshold; changed++)
                    foreach (var mask in HammingFlips.For(SlotBits).Changing(changed))
                    {
                        var entry = --Starts[key ^ mask];
                        (Entries[entry], Beside[entry]) = ((ushort)hash, (ushort)(bits >> besideShift));
                    }
            }
        }
    }
}
