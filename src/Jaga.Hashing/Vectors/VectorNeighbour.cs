namespace Jaga.Hashing;

/// <summary>A vector of a <see cref="VectorIndex"/> that lies within the radius of a query.</summary>
/// <param name="Value">The value it was added with.</param>
/// <param name="Distance">The Euclidean distance, 0 to the radius.</param>
public readonly record struct VectorNeighbour(int Value, double Distance);
