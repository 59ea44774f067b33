namespace Jaga.Hashing;

/// <summary>A digest of exact bytes, as hash lists carry it. None of these is used here to keep a secret or to sign.</summary>
public enum DigestAlgorithm
{
    /// <summary>MD5 (RFC 1321), 16 bytes.</summary>
    Md5,

    /// <summary>SHA-1 (RFC 3174), 20 bytes.</summary>
    Sha1,

    /// <summary>SHA-256 (FIPS 180-4), 32 bytes.</summary>
    Sha256,
}
