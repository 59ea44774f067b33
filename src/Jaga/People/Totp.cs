using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.People;

/// <summary>
/// Time-based one-time passwords, RFC 6238 over RFC 4226: HMAC-SHA-1, six digits, steps of 30 seconds, one step of grace either way.
/// Own code because the framework's reads the machine's clock and accepts a code twice; SHA-1 because authenticator apps know no other.
/// </summary>
public static class Totp
{
    /// <summary>20 bytes, the length that RFC 4226, section 4, recommends.</summary>
    public const int SecretBytes = 20;

    private const int StepSeconds = 30;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The number of the step in which <paramref name="time"/> lies.</summary>
    public static long Step(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The six digits of one step.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238's default and the only one that apps agree on; HMAC does not need collision resistance.
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        var digits = (BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 15)..]) & int.MaxValue) % 1_000_000;
        return digits.ToString("000000");
    }

    /// <summary>The step whose code was given, if it is the present one or a neighbour and later than <paramref name="after"/>; else null.</summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long after)
    {
        var given = Encoding.ASCII.GetBytes(code.Replace(" ", "", StringComparison.Ordinal));
        long? matched = null;
        for (var step = Step(now) - 1; step <= Step(now) + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Code(secret, step))) && step > after)
            {
                matched ??= step;
            }
        }

        return matched;
    }

    /// <summary>The secret as people type it: base32, RFC 4648, without padding.</summary>
    public static string Text(ReadOnlySpan<byte> secret)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var octet in secret)
        {
            (bits, count) = (bits << 8 | octet, count + 8);
            for (; count >= 5; count -= 5)
            {
                text.Append(Base32[bits >> (count - 5) & 31]);
            }

            bits &= (1 << count) - 1;
        }

        return count > 0 ? text.Append(Base32[bits << (5 - count) & 31]).ToString() : text.ToString();
    }

    /// <summary>The <c>otpauth:</c> address that apps read from a QR code.</summary>
    public static string Address(ReadOnlySpan<byte> secret, string email) =>
        $"otpauth://totp/{Uri.EscapeDataString("Jaga:" + email)}?secret={Text(secret)}&issuer=Jaga";
}
