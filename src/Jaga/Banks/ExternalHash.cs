using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Jaga.Hashing;

namespace Jaga.Banks;

/// <summary>
/// A hash of an algorithm that Jaga does not know, by its name: kept, handed on and compared for equality. Written <c>name:hexadecimal</c>, e.g. <c>netclean:00ff</c>.
/// </summary>
/// <param name="Name">1 to 40 of the characters a–z, 0–9, '.', '_' and '-'.</param>
/// <param name="Hash">1 to 1,024 bytes.</param>
public sealed partial record ExternalHash(string Name, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Bytes of the longest hash.</summary>
    public const int MaxBytes = 1024;

    /// <summary>The rule, for whoever broke it.</summary>
    public const string Rule = "A named hash is written name:hexadecimal; the name is 1 to 40 of a–z, 0–9, '.', '_' and '-', the hash 1 to 1,024 bytes.";

    /// <summary>Reads <c>name:hexadecimal</c>; false where it is anything else.</summary>
    public static bool TryRead(string text, out ExternalHash hash)
    {
        hash = new("", default);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !Names().IsMatch(text[..colon].ToLowerInvariant()))
        {
            return false;
        }

        var digits = text.AsSpan(colon + 1);
        var bytes = new byte[digits.Length / 2];
        if (digits.Length % 2 != 0 || bytes.Length is 0 or > MaxBytes || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        hash = new(text[..colon].ToLowerInvariant(), bytes);
        return true;
    }

    /// <summary>The value that a signal has: the name, a zero byte, the hash.</summary>
    public byte[] ToValue() => [.. Encoding.ASCII.GetBytes(Name), 0, .. Hash.Span];

    /// <summary>By what it is found: the SHA-256 of its value.</summary>
    public Digest Key => KeyOf(ToValue());

    /// <summary>By what a value is found: its SHA-256.</summary>
    public static Digest KeyOf(ReadOnlySpan<byte> value) => Digest.FromBytes(DigestAlgorithm.Sha256, SHA256.HashData(value));

    /// <summary>What <see cref="ToValue"/> made.</summary>
    public static ExternalHash FromValue(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)0);
        return new(Encoding.ASCII.GetString(value[..end]), value[(end + 1)..].ToArray());
    }

    /// <summary>As it is read.</summary>
    public override string ToString() => $"{Name}:{Convert.ToHexStringLower(Hash.Span)}";

    [GeneratedRegex(@"^[a-z0-9._-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
