namespace Jaga.Hashing;

/// <summary>Consecutive bits of a hash that a table is made for. All slots of a layout together are the hash, in a ring.</summary>
/// <param name="Lowest">The lowest of the bits, 0 to 255.</param>
/// <param name="Width">How many they are, 1 to 256.</param>
/// <param name="KeyBits">How many of them, from the lowest on, choose a group of the table, 1 to <see cref="HammingFlips.WidestKey"/>.</param>
/// <param name="TagBits">How many of those that follow stand beside a row in its group: 8 or 16.</param>
internal readonly record struct HammingSlot(int Lowest, int Width, int KeyBits, int TagBits)
{
    /// <summary>The most bits of a tag.</summary>
    internal const int MostTagBits = 16;

    /// <summary>Bytes of a tag.</summary>
    internal int TagBytes => TagBits / 8;

    /// <summary>The number of a hash's group.</summary>
    internal uint KeyOf(in PdqHash hash) => hash.Field(Lowest, KeyBits);

    /// <summary>What stands beside the hash's row: the bits that follow the key, those of the next slots too.</summary>
    internal ushort TagOf(in PdqHash hash) => (ushort)hash.Field((Lowest + KeyBits) % PdqHash.Bits, TagBits);
}
