using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Jaga.Hashing;

/// <summary>
/// A 256-bit perceptual hash of a picture. Two pictures that look alike have hashes a small
/// <see cref="DistanceTo">distance</see> apart; 31 or less is the reference's recommendation for a match.
/// </summary>
/// <remarks>
/// Written as 64 lower-case hexadecimal digits in the reference's order, bit 255 first. Bit <c>16·i + j</c> belongs to the
/// cosine coefficient of vertical frequency <c>i + 1</c> and horizontal frequency <c>j + 1</c>. Also used for other
/// 256-bit hashes that are compared by the Hamming distance. <c>default</c> is the hash of all zeros.
/// </remarks>
public readonly struct PdqHash : IEquatable<PdqHash>, IParsable<PdqHash>, ISpanFormattable
{
    /// <summary>Bits in a hash, and the largest distance between two.</summary>
    public const int Bits = 256;

    /// <summary>Bytes in a hash.</summary>
    public const int Bytes = 32;

    /// <summary>Hexadecimal digits in a written hash.</summary>
    private const int Digits = 64;

    /// <summary>Bits 255 to 192, 191 to 128, 127 to 64 and 63 to 0.</summary>
    private readonly ulong _first, _second, _third, _fourth;

    /// <summary>Makes a hash of four words, the one with bit 255 first.</summary>
    internal PdqHash(ulong first, ulong second, ulong third, ulong fourth) =>
        (_first, _second, _third, _fourth) = (first, second, third, fourth);

    /// <summary>One of the hash's four 64-bit words; word 0 holds bits 0 to 63.</summary>
    internal ulong Word(int index) => index switch { 0 => _fourth, 1 => _third, 2 => _second, _ => _first };

    /// <summary>So many bits of the hash, 1 to 32, from the lowest of them on, in a ring: bit 0 follows bit 255.</summary>
    internal uint Field(int lowest, int width)
    {
        var field = Word(lowest / 64) >> (lowest % 64);
        if (lowest % 64 + width > 64)
            field |= Word((lowest / 64 + 1) % 4) << (64 - lowest % 64);
        return (uint)(field & ((1UL << width) - 1));
    }

    /// <summary>Reads a hash from its 32 bytes, in the order of its hexadecimal digits.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public static PdqHash FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Bytes)
            throw new ArgumentException($"A PDQ hash has {Bytes} bytes, not {bytes.Length}.", nameof(bytes));
        return new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));
    }

    /// <summary>Writes the hash's 32 bytes, in the order of its hexadecimal digits.</summary>
    /// <exception cref="ArgumentException">There is room for fewer than 32 bytes.</exception>
    public void CopyTo(Span<byte> bytes)
    {
        if (bytes.Length < Bytes)
            throw new ArgumentException($"A PDQ hash needs room for {Bytes} bytes, not {bytes.Length}.", nameof(bytes));
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _first);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], _fourth);
    }

    /// <summary>The hash's 32 bytes, in the order of its hexadecimal digits.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The number of bits, 0 to 256, in which the two hashes differ.</summary>
    public int DistanceTo(in PdqHash other) =>
        BitOperations.PopCount(_first ^ other._first) + BitOperations.PopCount(_second ^ other._second)
        + BitOperations.PopCount(_third ^ other._third) + BitOperations.PopCount(_fourth ^ other._fourth);

    /// <summary>
    /// The hash with rows and columns of its 16 × 16 bits exchanged: that of the picture mirrored along its main diagonal, as <see cref="Pdq.HashAll"/> gives it.
    /// </summary>
    public PdqHash Transposed()
    {
        const int Side = 16;
        Span<ulong> words = stackalloc ulong[Bits / 64];
        words.Clear();
        for (var i = 0; i < Side; i++)
            for (var (row, j) = (Field(i * Side, Side), 0); j < Side; j++)
                words[j * Side / 64] |= (ulong)(row >> j & 1) << (j * Side + i) % 64;
        return new(words[3], words[2], words[1], words[0]);
    }

    /// <summary>Reads a hash from its 64 hexadecimal digits, upper or lower case.</summary>
    /// <exception cref="FormatException">The text is anything but 64 hexadecimal digits.</exception>
    public static PdqHash Parse(string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        return TryParse(hex.AsSpan(), out var hash)
            ? hash
            : throw new FormatException($"A PDQ hash is {Digits} hexadecimal digits; this text has {hex.Length} characters or others among them.");
    }

    /// <summary>Reads a hash from its 64 hexadecimal digits; false where the text is anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out PdqHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (hex.Length != Digits || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        hash = FromBytes(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out PdqHash)"/>
    public static bool TryParse([NotNullWhen(true)] string? hex, out PdqHash hash) => TryParse(hex.AsSpan(), out hash);

    /// <inheritdoc/>
    static PdqHash IParsable<PdqHash>.Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    static bool IParsable<PdqHash>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PdqHash result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>The 64 lower-case hexadecimal digits, bit 255 first.</summary>
    public override string ToString() => string.Create(Digits, this, static (to, hash) => hash.TryFormat(to, out _));

    /// <summary>The 64 lower-case hexadecimal digits; there is one format, and no culture changes it.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Writes the 64 lower-case hexadecimal digits; false where there is too little room.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        CopyTo(bytes);
        return Convert.TryToHexStringLower(bytes, destination, out charsWritten);
    }

    /// <summary>Whether all 256 bits are equal.</summary>
    public bool Equals(PdqHash other) =>
        _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PdqHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_first, _second, _third, _fourth);

    /// <summary>Whether all 256 bits are equal.</summary>
    public static bool operator ==(in PdqHash left, in PdqHash right) => left.Equals(right);

    /// <summary>Whether any bit differs.</summary>
    public static bool operator !=(in PdqHash left, in PdqHash right) => !left.Equals(right);
}
