using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jaga.Hashing;

/// <summary>
/// Tells for very many hashes which of them lie within a radius of any of a few: the few are laid out once, the many stream past. Exact. The other way
/// round than <see cref="HammingIndex"/>, which holds the many; tens of times as fast for the few, because its tables fit the processor's cache.
/// </summary>
/// <remarks>
/// <para>
/// The hash is cut into sixteen slots of 16 bits. Two hashes within the radius agree in at least one slot up to <c>radius / 16</c> bits (pigeonhole), so each of the
/// few stands in each slot's table under every key that near to its own, and each of the many is looked up once in each slot. What is proposed is compared: first
/// the half of the bits that the slot is not in, which alone turns nearly all away.
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
        (long)count * (PdqHash.Bytes + Slots * sizeof(ushort) * Near(radius / Slots)) + Slots * (Keys * (long)sizeof(int) + Keys / 8);

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
        var (word, shift) = (slot / WordsOfHash, slot % WordsOfHash * SlotBits);
        var other = word < 2 ? 2 : 0; // the two words that the slot is not in, nor its neighbour
        var radius = _radius;
        ref var words = ref MemoryMarshal.GetArrayDataReference(_words);
        ref var starts = ref MemoryMarshal.GetArrayDataReference(table.Starts);
        ref var entries = ref MemoryMarshal.GetArrayDataReference(table.Entries);
        ref var taken = ref MemoryMarshal.GetArrayDataReference(table.Taken);
        ref var query = ref MemoryMarshal.GetReference(many);
        for (var i = 0; i < many.Length / WordsOfHash; i++, query = ref Unsafe.Add(ref query, WordsOfHash))
        {
            var key = (int)(Unsafe.Add(ref query, word) >> shift) & (Keys - 1);
            if ((Unsafe.Add(ref taken, key >> 6) >> (key & 63) & 1) == 0)
                continue;
            var end = Unsafe.Add(ref starts, key + 1);
            for (var entry = Unsafe.Add(ref starts, key); entry < end; entry++)
            {
                ref var known = ref Unsafe.Add(ref words, Unsafe.Add(ref entries, entry) * WordsOfHash);
                var distance = BitOperations.PopCount(Unsafe.Add(ref query, other) ^ Unsafe.Add(ref known, other))
                    + BitOperations.PopCount(Unsafe.Add(ref query, other + 1) ^ Unsafe.Add(ref known, other + 1));
                if (distance > radius)
                    continue;
                distance += BitOperations.PopCount(Unsafe.Add(ref query, 2 - other) ^ Unsafe.Add(ref known, 2 - other))
                    + BitOperations.PopCount(Unsafe.Add(ref query, 3 - other) ^ Unsafe.Add(ref known, 3 - other));
                if (distance <= radius)
                {
                    marks[i] = true;
                    break;
                }
            }
        }
    }

    /// <summary>Keys within so many bits of one, itself among them.</summary>
    private static int Near(int bits) => bits switch { 0 => 1, 1 => 17, 2 => 137, _ => 697 };

    /// <summary>One slot's keys: which are taken, and by which hashes.</summary>
    private sealed class Table
    {
        public readonly ulong[] Taken = new ulong[Keys / 64];
        public readonly int[] Starts = new int[Keys + 1];
        public readonly ushort[] Entries;

        public Table(ulong[] words, int slot, int threshold)
        {
            var (word, shift) = (slot / WordsOfHash, slot % WordsOfHash * SlotBits);
            var count = words.Length / WordsOfHash;
            Entries = new ushort[checked(count * Near(threshold))];
            for (var hash = 0; hash < count; hash++)
            {
                var key = (uint)(words[hash * WordsOfHash + word] >> shift) & (Keys - 1);
                for (var changed = 0; changed <= threshold; changed++)
                    foreach (var mask in HammingFlips.For(SlotBits).Changing(changed))
                        Starts[key ^ mask]++;
            }
            for (var (key, sum) = (0, 0); key < Starts.Length; key++)
            {
                if (key < Keys && Starts[key] > 0)
                    Taken[key >> 6] |= 1UL << (key & 63);
                sum += Starts[key];
                Starts[key] = sum; // where the key ends; filled backwards, it becomes where it starts
            }
            for (var hash = count - 1; hash >= 0; hash--)
            {
                var key = (uint)(words[hash * WordsOfHash + word] >> shift) & (Keys - 1);
                for (var changed = 0; changed <= threshold; changed++)
                    foreach (var mask in HammingFlips.For(SlotBits).Changing(changed))
                        Entries[--Starts[key ^ mask]] = (ushort)hash;
            }
        }
    }
}
