using System.Security.Cryptography;
using System.Text;

namespace Jaga.Deliveries;

/// <summary>
/// A secret shared with a receiver, as Standard Webhooks writes it: <c>whsec_</c> and 24 to 64 bytes in base64.
/// Signs <c>id.timestamp.body</c> with HMAC-SHA-256.
/// </summary>
public sealed class WebhookSecret
{
    public const string Prefix = "whsec_";
    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>A new secret of 32 bytes.</summary>
    public static WebhookSecret New() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads the written form.</summary>
    /// <exception cref="BadInput">It is not one.</exception>
    public static WebhookSecret Parse(string written)
    {
        var key = new byte[96];
        return written.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(written[Prefix.Length..], key, out var length) && length is >= 24 and <= 64
            ? new(key[..length])
            : throw new BadInput("secret", $"A secret is '{Prefix}' followed by 24 to 64 bytes in base64.");
    }

    /// <summary>One signature, <c>v1,</c> and its base64.</summary>
    /// <param name="id">The message's id, the same at every try.</param>
    /// <param name="timestamp">Seconds since 1970, of this try.</param>
    public string Sign(string id, long timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    /// <summary>The written form, which is shown once, to whoever made it.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(_key);

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => Prefix + "…";
}
