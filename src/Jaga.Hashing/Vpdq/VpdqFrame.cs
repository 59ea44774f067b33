namespace Jaga.Hashing;

/// <summary>One frame of a film, or several that hash alike.</summary>
/// <param name="Number">Its place among the frames that were hashed, from 0; of several the first's.</param>
/// <param name="Pdq">Hash and quality.</param>
/// <param name="Seconds">Its time from the film's beginning, 0 or more; of several the first's.</param>
/// <param name="Seen">How many frames have this hash and this quality, 1 or more.</param>
public readonly record struct VpdqFrame(int Number, PdqFingerprint Pdq, double Seconds, int Seen = 1);
