namespace Jaga.Hashing;

/// <summary>A hash of a <see cref="HammingIndex"/> that lies within the radius of a query.</summary>
/// <param name="Value">The value it was added with.</param>
/// <param name="Hash">The hash as it was added.</param>
/// <param name="Distance">Bits in which it differs from the query, 0 to the radius.</param>
public readonly record struct Neighbour(int Value, PdqHash Hash, int Distance);
