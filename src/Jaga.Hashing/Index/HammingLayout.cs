using System.Numerics;

namespace Jaga.Hashing;

/// <summary>
/// How the 256 bits of a hash are cut into slots, each with a table of its own, and how far each table is searched for a radius.
/// </summary>
/// <remarks>
/// <para>
/// Few slots have few groups to read from each table but must be searched far, many slots the reverse, and each takes memory.
/// What is best depends on the number of hashes, and is chosen by a rough price list in nanoseconds. The choice moves speed only,
/// never results.
/// </para>
/// <para>
/// Following Norouzi, Punjani and Fleet, "Fast exact search in Hamming space with multi-index hashing" (2014), with slots and
/// thresholds that are not all alike, see <see cref="HammingReach"/>.
/// </para>
/// </remarks>
internal sealed class HammingLayout
{
    /// <summary>The radius that slots are chosen for.</summary>
    internal const int DesignRadius = 31;

    /// <summary>The largest radius that tables are searched for, where that is worth it.</summary>
    internal const int LargestRadius = 63;

    private const int FewestSlots = 4, MostSlots = 20, LargestSpread = 6, MostNarrowing = 2, NarrowestKey = 4;

    // Nanoseconds: looking up a group and reading its first cache line, reading a further one, looking at an entry, comparing a
    // hash that an entry leads to, comparing a hash that is next in line.
    private const double Lookup = 45, Line = 14, Entry = 0.2, Comparison = 50, Scan = 4;

    private static readonly int[] TagWidths = [8, 16];

    /// <summary>The share of tags of so many bits that differ in at most so many, if bits are by lot.</summary>
    private static readonly double[][] TagsWithin = [.. Enumerable.Range(0, HammingSlot.MostTagBits + 1).Select(bits =>
        Enumerable.Range(0, bits + 1).Select(most => Ball(bits, most) / (1 << bits)).ToArray())];

    private readonly HammingReach?[] _reach;

    private HammingLayout(HammingSlot[] slots, int count)
    {
        Slots = slots;
        var prices = PricesOf(slots, count);
        _reach = [.. Enumerable.Range(0, LargestRadius + 1).Select(radius =>
            Share(prices, radius) is var (thresholds, price) && price < Scan * count ? HammingReach.Of(slots, thresholds) : null)];
    }

    /// <summary>The slots, which together are the whole hash.</summary>
    internal HammingSlot[] Slots { get; }

    /// <summary>The best layout for so many hashes, at least one, that keeps to so many bytes a hash; or the smallest.</summary>
    internal static HammingLayout For(int count, int bytesPerHash)
    {
        HammingSlot[][] all = [.. Enumerable.Range(FewestSlots, MostSlots - FewestSlots + 1)
            .SelectMany(slots => Enumerable.Range(0, LargestSpread + 1).SelectMany(spread => TagWidths
                .SelectMany(tagBits => Enumerable.Range(0, MostNarrowing + 1).Select(narrowing => Cut(slots, spread, tagBits, narrowing, count)))))
            .OfType<HammingSlot[]>()];
        var room = (long)bytesPerHash * count;
        HammingSlot[][] fitting = [.. all.Where(slots => BytesOf(slots, count) <= room)];
        return new(fitting.Length > 0 ? fitting.MinBy(slots => Share(PricesOf(slots, count), DesignRadius).Price)! : all.MinBy(slots => BytesOf(slots, count))!, count);
    }

    /// <summary>A layout of slots that were chosen before.</summary>
    internal static HammingLayout Of(HammingSlot[] slots, int count) => new(slots, count);

    /// <summary>How far to search for a radius; null where it is not worth it, and every hash is to be compared.</summary>
    internal HammingReach? Reach(int radius) => radius <= LargestRadius ? _reach[radius] : null;

    /// <summary>Bytes that rows and tables take.</summary>
    internal static long BytesOf(HammingSlot[] slots, int count) =>
        (long)count * (PdqHash.Bytes + sizeof(int)) + count / 8 + slots.Sum(slot => HammingTable.BytesOf(slot, count));

    /// <summary>
    /// Cuts slots for the design radius: those to be searched one bit further are wider by the spread, and spread among the others.
    /// Null where they would not fit.
    /// </summary>
    private static HammingSlot[]? Cut(int slots, int spread, int tagBits, int narrowing, int count)
    {
        var (threshold, further) = Math.DivRem(DesignRadius + 1, slots);
        var (narrow, left) = Math.DivRem(PdqHash.Bits - further * spread, slots);
        if (threshold - 1 + (further > 0 ? 1 : 0) > HammingFlips.MostBits || (spread > 0 && further == 0))
            return null;
        var result = new HammingSlot[slots];
        for (int i = 0, lowest = 0; i < slots; i++)
        {
            var isFurther = (i + 1) * further / slots > i * further / slots;
            var width = narrow + (isFurther ? spread : 0) + (i < left ? 1 : 0);
            // Starts of groups take at most a byte a hash, or half or a quarter of one.
            var widest = Math.Clamp(BitOperations.Log2((uint)count) - 2 - narrowing, NarrowestKey, HammingFlips.WidestKey);
            result[i] = Enumerable.Range(NarrowestKey, Math.Max(1, Math.Min(width, widest) - NarrowestKey + 1))
                .Select(keyBits => new HammingSlot(lowest, width, keyBits, tagBits))
                .MinBy(slot => PriceOf(slot, threshold - (isFurther ? 0 : 1), count));
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
                if (thresholds[i] < HammingFlips.MostBits && prices[i][thresholds[i] + 1] < least)
                    (cheapest, least) = (i, prices[i][thresholds[i] + 1]);
            if (cheapest < 0)
                return (thresholds, least);
            thresholds[cheapest]++;
            price += least;
        }
        return (thresholds, price);
    }

    /// <summary>For each slot what each further threshold costs, from 0 on, in nanoseconds.</summary>
    private static double[][] PricesOf(HammingSlot[] slots, int count) => [.. slots.Select(slot =>
        Enumerable.Range(0, HammingFlips.MostBits + 1).Select(at => PriceOf(slot, at, count) - PriceOf(slot, at - 1, count)).ToArray())];

    private static double PriceOf(HammingSlot slot, int threshold, int count)
    {
        var groupSize = count / Math.Pow(2, slot.KeyBits);
        var limit = slot.Width - slot.KeyBits >= slot.TagBits ? threshold : 2 * threshold + 1;
        var price = 0.0;
        for (var changed = 0; changed <= Math.Min(threshold, slot.KeyBits); changed++)
        {
            var compared = groupSize * TagsWithin[slot.TagBits][Math.Min(limit - changed, slot.TagBits)];
            price += Ring(slot.KeyBits, changed) * (Lookup + groupSize * (Line * slot.TagBytes / IndexMemory.Alignment + Entry) + compared * Comparison);
        }
        return price;
    }

    /// <summary>How many keys of so many bits differ from one in exactly so many.</summary>
    private static double Ring(int bits, int changed)
    {
        double keys = 1;
        for (var i = 0; i < changed; i++)
            keys *= (bits - i) / (i + 1.0);
        return keys;
    }

    /// <summary>How many keys of so many bits differ from one in at most so many.</summary>
    private static double Ball(int bits, int most) => Enumerable.Range(0, most + 1).Sum(changed => Ring(bits, changed));
}
