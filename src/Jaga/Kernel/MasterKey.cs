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

    // The file that this process made a moment ago; null where the key was there before.
    private FileInfo? _made;

    public MasterKey(StorageSettings storage, SecretSettings secrets)
    {
        _key = secrets.MasterKey.Length > 0 ? Convert.FromBase64String(secrets.MasterKey) : FromFile(Path.Combine(storage.Data, "keys", "master.key"));
    }

    /// <summary>By which a database knows its key again. It tells nothing of the key.</summary>
    public string Mark => Convert.ToHexStringLower(Derive("mark"));

    /// <summary>Makes sure that this is the key under which the database was written; a new database takes it on.</summary>
    /// <exception cref="WrongSetting">It is another: what was sealed could not be opened, and what is sealed now not later.</exception>
    public async Task Fit(Db db, CancellationToken ct)
    {
        var kept = db.Database.SqlQueryRaw<string>("SELECT mark AS \"Value\" FROM key_marks");

        // Of a house that has worked before, the key cannot have been made a moment ago.
        if (!await kept.AnyAsync(ct) && (_made is null || !await db.RecurringTurns.AnyAsync(ct)))
        {
            using var turn = await db.WriteAlone(ct);
            await db.Database.ExecuteSqlAsync($"INSERT INTO key_marks (id, mark) VALUES (1, {Mark}) ON CONFLICT (id) DO NOTHING", ct);
        }

        if (await kept.SingleOrDefaultAsync(ct) != Mark)
        {
            _made?.Delete();
            throw new WrongSetting("The master key is not the one under which this database was written: no key, secret or evidence could be opened. Put keys/master.key back into the data folder from your copy, or the right Secrets:MasterKey into the settings.");
        }
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

    private byte[] FromFile(string path)
    {
        if (!File.Exists(path))
        {
            Make(path, Directory.CreateDirectory(Path.GetDirectoryName(path)!));
        }

        var key = File.ReadAllBytes(path);
        return key.Length == Bytes ? key : throw new WrongSetting($"{path} has {key.Length} bytes; the master key has {Bytes}. Restore the file from your backup: without it sealed data cannot be read.");
    }

    // Whole and on the disk before it has its name, and the name on the disk before anything is sealed: a power cut must not leave a database without its key.
    private void Make(string path, DirectoryInfo folder)
    {
        var fresh = $"{path}.{Path.GetRandomFileName()}";
        using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            file.Write(RandomNumberGenerator.GetBytes(Bytes));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(fresh, path);
            _made = new(path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(fresh); // Two processes that start at once end up with one key.
        }

        Durable.SyncFolder(folder.FullName);
        Durable.SyncFolder(folder.Parent!.FullName);
    }
}
