using System.Numerics;

namespace Jaga.Hashing;

/// <summary>How far each slot of a layout is searched for one radius.</summary>
/// <remarks>
/// <para>
/// The pigeonhole principle in a general form: let slot <c>s</c> have a threshold <c>t(s)</c> of at least −1, and
/// <c>Σ (t(s) + 1) = radius + 1</c>. The differences of a hash within the radius add up to less than that, so some slot
/// has at most <c>t(s)</c> of them: what no slot finds is too far away.
/// </para>
/// <para>
/// And in its strong form: of numbers in a ring whose sum is negative (here each slot's differences less <c>t(s) + 1</c>), there is
/// one from which on every partial sum is negative. So some slot has at most <c>t(s)</c> differences, and together with the next
/// at most <c>t(s) + t(s+1) + 1</c>, and so on round the ring. The bits beside each row are those that follow its key: nearly all
/// chance hits of a key have too many differences there, and fall without a look at the hash. (Qin and Xiao, "Pigeonring", 2018.)
/// </para>
/// </remarks>
/// <param name="Thresholds">For each slot the number of bits by which keys may differ, or −1 to leave it out.</param>
/// <param name="Limits">For each slot the number of bits by which key and tag may differ together.</param>
internal sealed record HammingReach(int[] Thresholds, int[] Limits)
{
    /// <summary>The reach of these thresholds.</summary>
    internal static HammingReach Of(HammingSlot[] slots, int[] thresholds)
    {
        var limits = new int[slots.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            limits[i] = thresholds[i];
            var covered = slots[i].Width;
            for (var next = (i + 1) % slots.Length; covered < slots[i].KeyBits + slots[i].TagBits; next = (next + 1) % slots.Length)
            {
                limits[i] += thresholds[next] + 1;
                covered += slots[next].Width;
            }
        }
        return new(thresholds, limits);
    }

    /// <summary>Whether a slot proposes a hash for a query.</summary>
    internal bool Proposes(int index, in HammingSlot slot, in PdqHash hash, in PdqHash query)
    {
        var differing = BitOperations.PopCount(slot.KeyOf(hash) ^ slot.KeyOf(query));
        return differing <= Thresholds[index] && differing + BitOperations.PopCount((uint)(slot.TagOf(hash) ^ slot.TagOf(query))) <= Limits[index];
    }
}
