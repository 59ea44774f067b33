using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jaga.Hashing;

/// <summary>The digest of a file: which algorithm, and its 16, 20 or 32 bytes. A value: equal where both are equal.</summary>
public readonly struct Digest : IEquatable<Digest>, ISpanFormattable
{
    private const int LargestLength = 32;

    private readonly Words _bytes;

    private Digest(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes)
    {
        Algorithm = algorithm;
        bytes.CopyTo(MemoryMarshal.AsBytes((Span<ulong>)_bytes));
    }

    /// <summary>The algorithm that made it.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>Bytes in the digest: 16, 20 or 32.</summary>
    public int Length => LengthOf(Algorithm);

    /// <summary>Bytes in a digest of this algorithm: 16, 20 or 32.</summary>
    public static int LengthOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => 16,
        DigestAlgorithm.Sha1 => 20,
        DigestAlgorithm.Sha256 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Not a digest algorithm."),
    };

    /// <summary>Takes a digest's bytes.</summary>
    /// <exception cref="ArgumentException">Their number is not the algorithm's.</exception>
    public static Digest FromBytes(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes) => bytes.Length == LengthOf(algorithm)
        ? new(algorithm, bytes)
        : throw new ArgumentException($"A digest by {algorithm} has {LengthOf(algorithm)} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Reads a digest from its hexadecimal digits, upper or lower case.</summary>
    /// <exception cref="FormatException">The text is anything but the algorithm's number of hexadecimal digits.</exception>
    public static Digest Parse(DigestAlgorithm algorithm, ReadOnlySpan<char> hex) => TryParse(algorithm, hex, out var digest)
        ? digest
        : throw new FormatException($"A digest by {algorithm} is {2 * LengthOf(algorithm)} hexadecimal digits.");

    /// <summary>Reads a digest from its hexadecimal digits, upper or lower case; false where the text is anything else.</summary>
    public static bool TryParse(DigestAlgorithm algorithm, ReadOnlySpan<char> hex, out Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[LengthOf(algorithm)];
        if (hex.Length != 2 * bytes.Length || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        digest = new(algorithm, bytes);
        return true;
    }

    /// <summary>Writes the digest's bytes.</summary>
    /// <exception cref="ArgumentException">There is room for fewer than <see cref="Length"/>.</exception>
    public void CopyTo(Span<byte> bytes) => Bytes(in this).CopyTo(bytes);

    /// <summary>The digest's bytes.</summary>
    public byte[] ToArray() => Bytes(in this).ToArray();

    /// <summary>The lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes(in this));

    /// <summary>The lower-case hexadecimal digits; there is one format, and no culture changes it.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Writes the lower-case hexadecimal digits; false where there is too little room.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Convert.TryToHexStringLower(Bytes(in this), destination, out charsWritten);

    /// <summary>Whether algorithm and bytes are equal.</summary>
    public bool Equals(Digest other) => Algorithm == other.Algorithm && Bytes(in this).SequenceEqual(Bytes(in other));

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Digest other && Equals(other);

    /// <summary>Of all bytes, and another one in each process: whoever writes a list of digests that begin alike makes nothing slow.</summary>
    public override int GetHashCode() => HashCode.Combine(_bytes[0], _bytes[1], _bytes[2], _bytes[3]);

    /// <summary>Whether algorithm and bytes are equal.</summary>
    public static bool operator ==(in Digest left, in Digest right) => left.Equals(right);

    /// <summary>Whether algorithm or bytes differ.</summary>
    public static bool operator !=(in Digest left, in Digest right) => !left.Equals(right);

    private static ReadOnlySpan<byte> Bytes(in Digest digest) =>
        MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)digest._bytes)[..digest.Length];

    [InlineArray(LargestLength / sizeof(ulong))]
    private struct Words
    {
        private ulong _first;
    }
}
