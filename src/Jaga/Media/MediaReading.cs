using Jaga.Hashing;

namespace Jaga.Media;

/// <summary>What is wanted of a file.</summary>
public enum MediaWish
{
    /// <summary>Its fingerprints.</summary>
    Fingerprint,

    /// <summary>Its fingerprints, and the small copies that people look at.</summary>
    Derivatives,
}

/// <summary>What reading one file gave. Nothing here is the file's own bytes.</summary>
public sealed record MediaReading
{
    /// <summary>What became of it.</summary>
    public required MediaOutcome Outcome { get; init; }

    /// <summary>One short sentence: why the outcome is what it is; empty for a plain <see cref="MediaOutcome.Read"/> with all that was wished.</summary>
    public required string Reason { get; init; }

    /// <summary>What its first bytes say it is, in lower case (<c>jpeg</c>, <c>heic</c>, <c>mp4</c>, …); empty if nothing known.</summary>
    public required string Format { get; init; }

    /// <summary>The media type (IANA) of <see cref="Format"/>: <c>image/jpeg</c>, <c>video/mp4</c>, <c>application/octet-stream</c> if nothing known.</summary>
    public string MediaType => MediaFormat.MediaType(Format);

    /// <summary>Pixels in a row, as the picture is meant to be seen (EXIF orientation applied); 0 if unknown.</summary>
    public int Width { get; init; }

    /// <summary>Rows, as the picture is meant to be seen; 0 if unknown.</summary>
    public int Height { get; init; }

    /// <summary>Frames or pages that the file says it has; 1 for a still picture, 0 if unknown. For a video the frames that were sampled.</summary>
    public int FrameCount { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>MD5, SHA-1 and SHA-256 of its bytes: there whatever the outcome.</summary>
    public required Digests Digests { get; init; }

    /// <summary>PDQ of the picture at full size, of the first frame where there are several; null if no pixel could be had, if it has fewer than 5 × 5, or if its quality is 0, as a plain surface's is: a hash of zeros or of noise is no answer, and <see cref="Reason"/> says why there is none.</summary>
    public PdqFingerprint? Pdq { get; init; }

    /// <summary>The eight hashes of the picture turned and mirrored, in the order of <see cref="Hashing.Dihedral"/>; empty without <see cref="Pdq"/>.</summary>
    public IReadOnlyList<PdqHash> Dihedral { get; init; } = [];

    /// <summary>
    /// The frames of a film or an animated picture, or the pages of a document, as vPDQ compares them: folded, in the order of their first appearance.
    /// Of a film those that were sampled. Empty for a still picture.
    /// </summary>
    public VpdqFingerprint Frames { get; init; } = VpdqFingerprint.Empty;

    /// <summary>What external hashers said of it, one for each that is set up; empty where nothing was decoded.</summary>
    public IReadOnlyList<HasherReading> External { get; init; } = [];

    /// <summary>A JPEG of at most 256 × 256 px, grey and blurred, made by the child; null unless wished and possible.</summary>
    public byte[]? Preview { get; init; }

    /// <summary>A JPEG of at most 1280 × 1280 px, encoded anew by the child, so that a browser never gets the original; null unless wished and possible.</summary>
    public byte[]? View { get; init; }

    /// <summary>Time from taking the file in to its reading, waiting for a child included.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Format, size and outcome; never content.</summary>
    public override string ToString() => $"{(Format.Length > 0 ? Format : "file")} {Width}×{Height}, {Size} bytes: {Outcome}";
}
