namespace Jaga.Hashing;

/// <summary>All ways to change at most five bits of a key, those that change fewer first.</summary>
internal sealed class HammingFlips
{
    /// <summary>Bits of the widest key.</summary>
    internal const int WidestKey = 24;

    /// <summary>The most bits that are changed.</summary>
    internal const int MostBits = 5;

    private static readonly Lazy<HammingFlips>[] OfWidth =
        [.. Enumerable.Range(0, WidestKey + 1).Select(width => new Lazy<HammingFlips>(() => new(width)))];

    private readonly uint[] _masks;
    private readonly int[] _ends = new int[MostBits + 1];

    private HammingFlips(int width)
    {
        var masks = new List<uint> { 0 };
        _ends[0] = 1;
        for (var (start, bits) = (0, 1); bits <= MostBits; bits++)
        {
            var end = masks.Count;
            for (var i = start; i < end; i++)
                for (var bit = 0; bit < width; bit++)
                    if (masks[i] >> bit == 0) // above those that are set already: every set once
                        masks.Add(masks[i] | 1u << bit);
            (start, _ends[bits]) = (end, masks.Count);
        }
        _masks = [.. masks];
    }

    /// <summary>The changes of keys of so many bits, 1 to <see cref="WidestKey"/>.</summary>
    internal static HammingFlips For(int width) => OfWidth[width].Value;

    /// <summary>The masks to exclusive-or a key with that change exactly so many bits, 0 to <see cref="MostBits"/>.</summary>
    internal ReadOnlySpan<uint> Changing(int bits) => _masks.AsSpan((bits == 0 ? 0 : _ends[bits - 1]).._ends[bits]);
}
