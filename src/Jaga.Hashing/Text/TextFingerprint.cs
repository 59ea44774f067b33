using System.Numerics;
using System.Runtime.CompilerServices;

namespace Jaga.Hashing;

/// <summary>
/// 256 bits of a text by which near-duplicates are found: a few words changed, added or left out. Compared by the Hamming distance, so that
/// <see cref="HammingIndex"/> finds every text within a distance.
/// </summary>
/// <remarks>
/// <para>
/// MinHash in its one-bit form (Li and König, "b-Bit Minwise Hashing", 2010) over the set of all runs of <see cref="GramLength"/> characters of
/// <see cref="NormalText.Letters"/>: each bit is of the least of one of 256 hash functions. If <c>J</c> is the share of runs that two texts have in common
/// (Jaccard), a bit differs with probability <c>(1 − J) / 2</c>, so the distance is about <c>128 · (1 − J)</c>, give or take 6 bits, and about 128 for
/// texts without anything in common. <see cref="UsualDistance"/> stands for <c>J</c> of three quarters.
/// </para>
/// <para>
/// A short text has few runs, and one that another has by chance would weigh much: below <see cref="FewestGrams"/> there is no fingerprint, and
/// such texts are compared for equality by <see cref="NormalText.Digest"/>. The bits are the same on every machine and for all time: they are kept in lists.
/// </para>
/// </remarks>
public static class TextFingerprint
{
    /// <summary>Characters (UTF-16 units) in a run.</summary>
    public const int GramLength = 3;

    /// <summary>Different runs that a text must have at least.</summary>
    public const int FewestGrams = 20;

    /// <summary>The distance up to which texts are usually taken for the same.</summary>
    public const int UsualDistance = 31;

    // Odd multipliers and summands of the 256 functions, drawn by SplitMix64 from a fixed start.
    private static readonly (uint[] Factors, uint[] Summands) Functions = Draw();

    /// <summary>The fingerprint; null for a text too short to have one.</summary>
    public static PdqHash? Of(NormalText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Letters.Length < GramLength + FewestGrams - 1)
            return null;
        var grams = Grams(text.Letters);
        return grams.Length < FewestGrams ? null : Least(grams);
    }

    private static uint[] Grams(string letters)
    {
        var grams = new HashSet<uint>(letters.Length);
        var last = 0UL; // the last three characters, 16 bits each
        for (var i = 0; i < letters.Length; i++)
        {
            last = (last << 16 | letters[i]) & 0xFFFF_FFFF_FFFF;
            if (i >= GramLength - 1)
                grams.Add((uint)(Mix(last) >> 32));
        }
        return [.. grams];
    }

    private static PdqHash Least(uint[] grams)
    {
        Span<ulong> bits = stackalloc ulong[PdqHash.Bits / 64];
        Span<uint> least = stackalloc uint[Vector<uint>.Count];
        for (var first = 0; first < PdqHash.Bits; first += Vector<uint>.Count)
        {
            var factors = new Vector<uint>(Functions.Factors, first);
            var summands = new Vector<uint>(Functions.Summands, first);
            var smallest = Vector<uint>.AllBitsSet;
            foreach (var gram in grams)
                smallest = Vector.Min(smallest, factors * new Vector<uint>(gram) + summands);
            smallest.CopyTo(least);
            for (var i = 0; i < least.Length; i++)
                bits[(first + i) / 64] |= (Mix(least[i]) >> 63) << (first + i) % 64;
        }
        return new(bits[3], bits[2], bits[1], bits[0]);
    }

    private static (uint[], uint[]) Draw()
    {
        var (factors, summands, state) = (new uint[PdqHash.Bits], new uint[PdqHash.Bits], 0x4A616761UL);
        for (var i = 0; i < PdqHash.Bits; i++)
        {
            var drawn = Mix(state += 0x9E3779B97F4A7C15);
            (factors[i], summands[i]) = ((uint)drawn | 1, (uint)(drawn >> 32));
        }
        return (factors, summands);
    }

    // The output function of SplitMix64 (Steele, Lea and Flood, 2014).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }
}
