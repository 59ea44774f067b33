using Jaga.Banks;
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

    /// <summary>A film as a whole.</summary>
    public VpdqFingerprint Film { get; init; } = VpdqFingerprint.Empty;

    /// <summary>The digest of a text's normal form.</summary>
    public Digest? TextDigest { get; init; }

    /// <summary>A text's fingerprint; null for a text too short to have one.</summary>
    public PdqHash? TextBits { get; init; }

    /// <summary>Links.</summary>
    public IReadOnlyList<CanonicalUrl> Links { get; init; } = [];

    /// <summary>Vectors of 144 bytes.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Vectors { get; init; } = [];

    /// <summary>Hashes of algorithms that are known by name only.</summary>
    public IReadOnlyList<ExternalHash> Others { get; init; } = [];

    /// <summary>Links and named hashes of which only is known by what they are found.</summary>
    public IReadOnlyList<(SignalType Type, Digest Key)> Keys { get; init; } = [];

    /// <summary>By what the links or the named hashes are found.</summary>
    internal IEnumerable<Digest> KeysOf(SignalType type) =>
        (type is SignalType.Url ? Links.Select(l => l.Digest) : Others.Select(o => o.Key)).Concat(Keys.Where(k => k.Type == type).Select(k => k.Key));

    /// <summary>This, and a text, and the links that stand in it.</summary>
    /// <param name="text">At most <see cref="NormalText.MaxLength"/> characters.</param>
    public MatchQuery With(string text)
    {
        var normal = NormalText.Of(text);
        return normal.IsEmpty ? this : this with { TextDigest = normal.Digest, TextBits = TextFingerprint.Of(normal), Links = [.. Links.Union(CanonicalUrl.FindAll(text))] };
    }

    /// <summary>Everything that was read of a file: the picture and its eight turns, its frames, each for itself and all as a film, its three digests, and what external hashers made of it.</summary>
    public static MatchQuery Of(MediaReading reading) => new()
    {
        Pdq = reading.Pdq,
        Dihedral = reading.Dihedral,
        Film = reading.Frames,
        Frames = [.. reading.Frames.Select(f => (f.Number, f.Pdq))],
        Digests = [reading.Digests.Md5, reading.Digests.Sha1, reading.Digests.Sha256],
        Vectors = [.. reading.External.Where(e => e is { Hash: not null, Type: HasherSettings.Vector }).Select(e => (ReadOnlyMemory<byte>)Convert.FromHexString(e.Hash!))],
        Others = [.. reading.External.Where(e => e.Hash is not null && e.Type != HasherSettings.Vector).Select(e => new ExternalHash(e.Type, Convert.FromHexString(e.Hash!)))],
    };
}
