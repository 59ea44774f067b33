namespace Jaga.Hashing;

/// <summary>Consecutive bits of a hash that a table is keyed by.</summary>
/// <param name="Lowest">The lowest of the bits, 0 to 255.</param>
/// <param name="Width">How many they are, 1 to 32.</param>
/// <param name="High">How many of them, from the highest on, choose a group of the table.</param>
internal readonly record struct HammingSlot(int Lowest, int Width, int High)
{
    /// <summary>How many bits stand beside the row in a group's entries.</summary>
    internal int Low => Width - High;

    /// <summary>The slot's bits of a hash.</summary>
    internal uint KeyOf(in PdqHash hash) => hash.Field(Lowest, Width);
}
