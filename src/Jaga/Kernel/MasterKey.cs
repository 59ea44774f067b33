using System.Security.Cryptography;
using System.Text;

namespace Jaga.Kernel;

/// <summary>Where the master key comes from. <c>Jaga__Secrets__…</c></summary>
public sealed record SecretSettings
{
    /// <summary>The key itself, 32 bytes in base64, for nodes that share no folder. Empty: the file <c>keys/master.key</c> in the data folder, made at first start.</summary>
    public string MasterKey { get; init; } = "";

    internal IEnumerable<string> Wrong()
    {
        if (MasterKey.Length > 0 && !(Convert.TryFromBase64String(MasterKey, new byte[64], out var length) && length == Kernel.MasterKey.Bytes))
        {
            yield return "Secrets:MasterKey is not 32 bytes in base64. Make one with: openssl rand -base64 32";
        }
    }

    /// <summary>Never shows the key.</summary>
    public override string ToString() => nameof(SecretSettings);
}

/// <summary>
/// The one secret from which every other is derived (HKDF-SHA-256, RFC 5869). Whoever has the database and the vault but not this key can read no secret and no evidence.
/// </summary>
public sealed class MasterKey
{
    public const int Bytes = 32;
    private readonly byte[] _key;

    public MasterKey(StorageSettings storage, SecretSettings secrets)
    {
        _key = secrets.MasterKey.Length > 0 ? Convert.FromBase64String(secrets.MasterKey) : FromFile(Path.Combine(storage.Data, "keys", "master.key"));
    }

    /// <summary>A 32-byte key for one purpose; the same purpose always gives the same key.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Bytes, info: Encoding.UTF8.GetBytes("jaga/" + purpose));

    /// <summary>Seals <paramref name="plain"/> with AES-256-GCM: 12 bytes of nonce, the cipher text, 16 bytes of tag.</summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain)
    {
        var box = new byte[12 + plain.Length + 16];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        using var aes = new AesGcm(Derive(purpose), 16);
        aes.Encrypt(box.AsSpan(0, 12), plain, box.AsSpan(12, plain.Length), box.AsSpan(12 + plain.Length));
        return box;
    }

    /// <summary>Opens what <see cref="Seal"/> made for the same purpose.</summary>
    /// <exception cref="CryptographicException">Another key, another purpose, or altered bytes.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> box)
    {
        if (box.Length < 28)
        {
            throw new CryptographicException("The sealed value is too short to be one.");
        }

        var plain = new byte[box.Length - 28];
        using var aes = new AesGcm(Derive(purpose), 16);
        aes.Decrypt(box[..12], box[12..^16], box[^16..], plain);
        return plain;
    }

    private static byte[] FromFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            // CreateNew: two processes that start at once must end up with one key.
            using var fresh = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            var key = RandomNumberGenerator.GetBytes(Bytes);
            fresh.Write(key);
            fresh.Flush(flushToDisk: true);
            return key;
        }
        catch (IOException) when (File.Exists(path))
        {
            var key = File.ReadAllBytes(path);
            return key.Length == Bytes ? key : throw new WrongSetting($"{path} has {key.Length} bytes; the master key has {Bytes}. Restore the file from your backup: without it sealed data cannot be read.");
        }
    }
}
