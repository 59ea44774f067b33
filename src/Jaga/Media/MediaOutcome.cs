namespace Jaga.Media;

/// <summary>What became of a file. Every file gets exactly one; whatever is not <see cref="Read"/> was not read whole and is never to be taken for harmless.</summary>
public enum MediaOutcome
{
    /// <summary>Decoded whole, every frame of it that there is.</summary>
    Read,

    /// <summary>It does not begin like any picture or video that is known here: text, an archive, nothing at all.</summary>
    NotMedia,

    /// <summary>A picture or video by its first bytes, of a kind that this version does not decode (SVG, JPEG XL, …).</summary>
    Unsupported,

    /// <summary>It ends before its picture does. A fingerprint, where there is one, is of the part that is there.</summary>
    Truncated,

    /// <summary>Damaged inside. A fingerprint, where there is one, is of what could be decoded.</summary>
    Corrupt,

    /// <summary>More bytes than <see cref="MediaSettings.MaxBytes"/>; only the digests were made.</summary>
    TooLarge,

    /// <summary>Its header announces more pixels than <see cref="MediaSettings.MaxPixels"/>; nothing was decoded.</summary>
    TooManyPixels,

    /// <summary>More frames, or more pixels in all of them, than are read of one file. Fingerprints are of the frames up to there.</summary>
    TooManyFrames,

    /// <summary>Not decoded within <see cref="MediaSettings.Deadline"/>; the child was killed.</summary>
    TimedOut,

    /// <summary>The child died over it.</summary>
    Crashed,

    /// <summary>Decoding it wants more memory than <see cref="MediaSettings.Memory"/>.</summary>
    OutOfMemory,

    /// <summary>Says nothing about the file: no child could be started here (a library is missing, or the sandbox does not hold). Worth another try later.</summary>
    Unavailable,
}
