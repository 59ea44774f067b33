namespace Jaga.Hashing;

/// <summary>What PDQ says of one picture.</summary>
/// <param name="Hash">The 256-bit perceptual hash.</param>
/// <param name="Quality">
/// How much there was to hash, 0 (a plain surface) to 100. Below 50 the hash says little, and the reference
/// recommends to neither bank nor match it.
/// </param>
public readonly record struct PdqFingerprint(PdqHash Hash, int Quality);
