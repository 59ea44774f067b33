using Jaga.Banks;
using Jaga.Hashing;

namespace Jaga.Matching;

/// <summary>A signal that was met: which, in whose bank, how near, and where the bank had it from.</summary>
/// <param name="Bank">The bank.</param>
/// <param name="BankName">Its name at the time.</param>
/// <param name="OnMatch">What the bank asks for.</param>
/// <param name="Signal">The signal's number.</param>
/// <param name="Type">What sort of fingerprint it is.</param>
/// <param name="Distance">Bits in which the hashes differ, 0 to 63; of vectors the Euclidean distance, rounded up; 0 for what is equal, and for films.</param>
/// <param name="Variant">How the picture had to be turned or mirrored to be this near.</param>
/// <param name="Frame">The frame or page that matched, or null for the picture or file as a whole.</param>
/// <param name="Labels">The bank's labels and the signal's own.</param>
/// <param name="Source">Where the signal came from: a file's name, <c>case/ID</c>.</param>
/// <param name="Member">Who contributed it to the list, or empty.</param>
/// <param name="Entry">The list's own reference to it, or empty.</param>
public sealed record Match(
    Id<Bank> Bank, string BankName, OnMatch OnMatch, long Signal, SignalType Type, int Distance, Dihedral Variant, int? Frame,
    IReadOnlyList<string> Labels, string Source, string Member, string Entry)
{
    /// <summary>How much of the two films is the same; null for anything but a film as a whole.</summary>
    public VpdqLikeness? Film { get; init; }

    /// <summary><see cref="Banks.Bank.Number"/>, by which rows name the bank.</summary>
    public int BankNumber { get; init; }

    /// <summary>The bank's labels without the signal's own.</summary>
    public IReadOnlyList<string> BankLabels { get; init; } = [];
}
