using System.Numerics;

namespace Jaga.Hashing;

/// <summary>
/// How the 256 bits of a hash are cut into slots, each with a table of its own, and how far each table is searched for a radius.
/// </summary>
/// <remarks>
/// <para>
/// The pigeonhole principle in its general form: let slot <c>s</c> be searched for all keys within <c>t(s)</c> bits of the
/// query's, with <c>Σ (t(s) + 1) = radius + 1</c>. A hash that no slot finds differs in at least <c>t(s) + 1</c> bits of every
/// slot, so in more bits than the radius. Hence nothing within the radius is missed. A slot may be left out: <c>t = −1</c>.
/// </para>
/// <para>
/// Few wide slots have few chance hits but many keys to look up; many narrow ones the reverse. What is best depends on the
/// number of hashes, and is chosen by a rough price list in nanoseconds. The choice moves speed only, never results.
/// </para>
/// <para>
/// Following Norouzi, Punjani and Fleet, "Fast exact search in Hamming space with multi-index hashing" (2014), with slots and
/// thresholds that are not all alike.
/// </para>
/// </remarks>
internal sealed class HammingLayout
{
    /// <summary>The largest radius that a layout is made for.</summary>
    internal const int LargestRadius = 31;

    /// <summary>The largest threshold of a slot.</summary>
    private const int LargestThreshold = 3;

    private const int FewestSlots = 8, MostSlots = 20, WidestSlot = 32, LargestSpread = 6;

    /// <summary>Hashes that share the high bits of a key, on average: they are read together.</summary>
    private const double GroupSize = 3;

    // Nanoseconds: looking up a group, reading a cache line of it, looking at one of its entries, comparing a hash with the query.
    private const double Lookup = 6, Line = 12, Entry = 1, Comparison = 14;

    private readonly int[][] _thresholds;

    private HammingLayout(HammingSlot[] slots, int count)
    {
        var prices = PricesOf(slots, count);
        Slots = slots;
        _thresholds = [.. Enumerable.Range(0, LargestRadius + 1).Select(radius => Share(prices, radius).Thresholds)];
    }

    /// <summary>The slots, which together are the whole hash.</summary>
    internal HammingSlot[] Slots { get; }

    /// <summary>The best layout for so many hashes, at least one.</summary>
    internal static HammingLayout For(int count) => new(
        Enumerable.Range(FewestSlots, MostSlots - FewestSlots + 1)
            .SelectMany(slots => Enumerable.Range(0, LargestSpread + 1).Select(spread => Cut(slots, spread, count)))
            .OfType<HammingSlot[]>()
            .MinBy(slots => Share(PricesOf(slots, count), LargestRadius).Price)!,
        count);

    /// <summary>A layout of slots that were chosen before.</summary>
    internal static HammingLayout Of(HammingSlot[] slots, int count) => new(slots, count);

    /// <summary>For each slot the number of bits by which keys may differ, or −1 to leave it out; for a radius up to the largest.</summary>
    internal ReadOnlySpan<int> Thresholds(int radius) => _thresholds[radius];

    /// <summary>Cuts slots for the largest radius: those to be searched one bit further are wider by the spread. Null where they would not fit.</summary>
    private static HammingSlot[]? Cut(int slots, int spread, int count)
    {
        var further = (LargestRadius + 1) % slots;
        var (narrow, left) = Math.DivRem(PdqHash.Bits - further * spread, slots);
        var result = new HammingSlot[slots];
        for (int i = 0, lowest = 0; i < slots; i++)
        {
            var width = narrow + (i < further ? spread : 0) + (i < left ? 1 : 0);
            if (width > WidestSlot)
                return null;
            // Entries hold a row's number and the low bits of its key in 32 bits.
            var rowBits = 32 - BitOperations.LeadingZeroCount((uint)count);
            var high = Math.Clamp((int)Math.Round(Math.Log2(count / GroupSize)), Math.Max(4, width - (32 - rowBits)), width);
            result[i] = new(lowest, width, high);
            lowest += width;
        }
        return result;
    }

    /// <summary>Shares a radius out among the slots: each step goes to the slot where it costs least.</summary>
    private static (int[] Thresholds, double Price) Share(double[][] prices, int radius)
    {
        var thresholds = new int[prices.Length];
        Array.Fill(thresholds, -1);
        var price = 0.0;
        for (var steps = radius + 1; steps > 0; steps--)
        {
            var (cheapest, least) = (-1, double.PositiveInfinity);
            for (var i = 0; i < prices.Length; i++)
                if (thresholds[i] < LargestThreshold && prices[i][thresholds[i] + 1] < least)
                    (cheapest, least) = (i, prices[i][thresholds[i] + 1]);
            thresholds[cheapest]++;
            price += least;
        }
        return (thresholds, price);
    }

    /// <summary>For each slot what each further threshold costs, from 0 on, in nanoseconds.</summary>
    private static double[][] PricesOf(HammingSlot[] slots, int count) => [.. slots.Select(slot =>
        Enumerable.Range(0, LargestThreshold + 1).Select(at => PriceOf(slot, at, count) - PriceOf(slot, at - 1, count)).ToArray())];

    private static double PriceOf(HammingSlot slot, int threshold, int count)
    {
        if (threshold < 0)
            return 0;
        var groupSize = count / Math.Pow(2, slot.High);
        return Ball(slot.High, threshold) * (Lookup + Line * (1 + groupSize / 16) + Entry * groupSize)
            + count * Ball(slot.Width, threshold) / Math.Pow(2, slot.Width) * Comparison;
    }

    /// <summary>How many keys of so many bits are within a radius of one.</summary>
    private static double Ball(int bits, int radius)
    {
        double keys = 1, ring = 1;
        for (var i = 0; i < radius; i++)
            keys += ring *= (bits - i) / (i + 1.0);
        return keys;
    }
}
