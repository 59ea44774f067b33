using Jaga.Hashing;
using Jaga.Media;

namespace Jaga.Matching;

/// <summary>The fingerprints to look for. Whatever is left out is not looked for.</summary>
public sealed record MatchQuery
{
    /// <summary>The picture's PDQ hash and quality.</summary>
    public PdqFingerprint? Pdq { get; init; }

    /// <summary>The eight hashes of the picture turned and mirrored, in the order of <see cref="Hashing.Dihedral"/>; empty to look for it only as it is.</summary>
    public IReadOnlyList<PdqHash> Dihedral { get; init; } = [];

    /// <summary>PDQ of single frames or pages, each with its number.</summary>
    public IReadOnlyList<(int Frame, PdqFingerprint Pdq)> Frames { get; init; } = [];

    /// <summary>Digests of the file.</summary>
    public IReadOnlyList<Digest> Digests { get; init; } = [];

    /// <summary>Everything that was read of a file: the picture and its eight turns, its frames, its three digests.</summary>
    public static MatchQuery Of(MediaReading reading) => new()
    {
        Pdq = reading.Pdq,
        Dihedral = reading.Dihedral,
        Frames = [.. reading.Frames.Select(f => (f.Number, f.Pdq))],
        Digests = [reading.Digests.Md5, reading.Digests.Sha1, reading.Digests.Sha256],
    };
}
