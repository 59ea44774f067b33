using Jaga.Hashing;
using Jaga.Matching;
using Jaga.Media;

namespace Jaga.Items;

/// <summary>What is looked for in the index, from a reading of the bytes or from the platform's own hashes.</summary>
internal static class CheckQuery
{
    public static MatchQuery Of(MediaReading reading) => new()
    {
        Pdq = reading.Pdq,
        Dihedral = reading.Dihedral,
        Frames = [.. reading.Frames.Select(f => (f.Number, f.Pdq))],
        Digests = [reading.Digests.Md5, reading.Digests.Sha1, reading.Digests.Sha256],
    };

    public static MatchQuery Of(ItemHashes hashes) => new()
    {
        Pdq = hashes.Pdq is null ? null : new(PdqHash.Parse(hashes.Pdq), hashes.Quality!.Value),
        Digests =
        [
            .. hashes.Md5 is { } md5 ? (Digest[])[Digest.Parse(DigestAlgorithm.Md5, md5)] : [],
            .. hashes.Sha1 is { } sha1 ? (Digest[])[Digest.Parse(DigestAlgorithm.Sha1, sha1)] : [],
            .. hashes.Sha256 is { } sha256 ? (Digest[])[Digest.Parse(DigestAlgorithm.Sha256, sha256)] : [],
        ],
    };
}
