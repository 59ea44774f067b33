namespace Jaga.Banks;

/// <summary>What sort of fingerprint a signal is.</summary>
public enum SignalType
{
    /// <summary>A PDQ hash, 32 bytes, compared by Hamming distance.</summary>
    Pdq,

    /// <summary>An MD5 digest, 16 bytes, compared for equality, like the other digests.</summary>
    Md5,

    /// <summary>A SHA-1 digest, 20 bytes.</summary>
    Sha1,

    /// <summary>A SHA-256 digest, 32 bytes.</summary>
    Sha256,

    /// <summary>A film's vPDQ, compared by the shares of frames that are alike. Its value is the SHA-256 of its frames; these are its content.</summary>
    Vpdq,

    /// <summary>The fingerprint of a text (<see cref="Hashing.TextFingerprint"/>), 32 bytes, compared by Hamming distance.</summary>
    Text,

    /// <summary>The SHA-256 of a text's normal form (<see cref="Hashing.NormalText"/>), compared for equality: all that short texts have.</summary>
    TextSha256,

    /// <summary>The SHA-256 of a link's canonical form (<see cref="Hashing.CanonicalUrl"/>), compared for equality.</summary>
    Url,

    /// <summary>A vector of 144 bytes as exchanges hand out, compared by Euclidean distance. Never computed here.</summary>
    PhotoDna,

    /// <summary>A hash of some other, named algorithm, compared for equality: see <see cref="ExternalHash"/>.</summary>
    External,
}

/// <summary>The facts about each type of signal.</summary>
public static class SignalTypes
{
    /// <summary>The words for all types, for messages.</summary>
    public const string All = "pdq, md5, sha1, sha256, vpdq, text, textsha256, url, photodna and external";

    /// <summary>Bytes in a vector of <see cref="SignalType.PhotoDna"/>.</summary>
    public const int VectorBytes = 144;

    /// <summary>Bytes in a value of this type; 0 where they are not always as many.</summary>
    public static int Bytes(this SignalType type) => type switch
    {
        SignalType.Pdq or SignalType.Sha256 or SignalType.Vpdq or SignalType.Text or SignalType.TextSha256 or SignalType.Url => 32,
        SignalType.Md5 => 16,
        SignalType.Sha1 => 20,
        SignalType.PhotoDna => VectorBytes,
        SignalType.External => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a signal type."),
    };

    /// <summary>The word for it in files and interfaces: <c>pdq</c>, <c>sha256</c>, <c>photodna</c>, …</summary>
    public static string Word(this SignalType type) => type switch
    {
        SignalType.Pdq => "pdq",
        SignalType.Md5 => "md5",
        SignalType.Sha1 => "sha1",
        SignalType.Sha256 => "sha256",
        SignalType.Vpdq => "vpdq",
        SignalType.Text => "text",
        SignalType.TextSha256 => "textsha256",
        SignalType.Url => "url",
        SignalType.PhotoDna => "photodna",
        SignalType.External => "external",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a signal type."),
    };

    /// <summary>The type that a word names, whichever way it is written: <c>SHA-256</c>, <c>sha_256</c>, <c>Sha256</c>.</summary>
    public static bool TryRead(string word, out SignalType type)
    {
        (var found, type) = word.Trim().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
        {
            "PDQ" => (true, SignalType.Pdq),
            "MD5" => (true, SignalType.Md5),
            "SHA1" => (true, SignalType.Sha1),
            "SHA256" => (true, SignalType.Sha256),
            "VPDQ" => (true, SignalType.Vpdq),
            "TEXT" => (true, SignalType.Text),
            "TEXTSHA256" => (true, SignalType.TextSha256),
            "URL" or "LINK" => (true, SignalType.Url),
            "PHOTODNA" or "PDNA" => (true, SignalType.PhotoDna),
            "EXTERNAL" => (true, SignalType.External),
            _ => (false, default),
        };
        return found;
    }

    /// <summary>The type that a caller named, or null where none is.</summary>
    /// <exception cref="BadInput">It is not one.</exception>
    public static SignalType? Named(string? word) => string.IsNullOrEmpty(word) ? null : TryRead(word, out var type) ? type
        : throw new BadInput("algorithm", $"The algorithms known here are {All}.");
}
