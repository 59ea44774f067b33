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
}

/// <summary>The facts about each type of signal.</summary>
public static class SignalTypes
{
    /// <summary>Bytes in a value of this type.</summary>
    public static int Bytes(this SignalType type) => type switch
    {
        SignalType.Pdq or SignalType.Sha256 => 32,
        SignalType.Md5 => 16,
        SignalType.Sha1 => 20,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a signal type."),
    };

    /// <summary>The word for it in files and interfaces: <c>pdq</c>, <c>md5</c>, <c>sha1</c>, <c>sha256</c>.</summary>
    public static string Word(this SignalType type) => type switch
    {
        SignalType.Pdq => "pdq",
        SignalType.Md5 => "md5",
        SignalType.Sha1 => "sha1",
        SignalType.Sha256 => "sha256",
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
            _ => (false, default),
        };
        return found;
    }

    /// <summary>The type that a caller named, or null where none is.</summary>
    /// <exception cref="BadInput">It is not one.</exception>
    public static SignalType? Named(string? word) => string.IsNullOrEmpty(word) ? null : TryRead(word, out var type) ? type
        : throw new BadInput("algorithm", "The algorithms known here are pdq, md5, sha1 and sha256.");
}
