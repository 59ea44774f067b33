using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Jaga.Evidence;

/// <summary>Wraps the key of each vault file, so that the files and the database without the wrapping key are worth nothing. A hardware module or a key service is another of these.</summary>
public interface IKeyEnvelope
{
    /// <summary>The name kept beside each key that it wraps now, so that a vault can hold keys of several envelopes while it moves from one to the other.</summary>
    string Name { get; }

    /// <summary>Whether it is set up. Of those that are, the last one wraps.</summary>
    bool IsActive => true;

    /// <summary>Whether it can unwrap what was wrapped under <paramref name="name"/>.</summary>
    bool Opens(string name) => name == Name;

    /// <summary>Wraps a 32-byte key for one file; it can be unwrapped for that file only.</summary>
    ValueTask<byte[]> Wrap(Guid file, byte[] key, CancellationToken ct);

    /// <exception cref="CryptographicException">It was not wrapped for this file by this envelope, or was altered.</exception>
    /// <exception cref="KeyUnavailable">The wrapping key cannot be had now.</exception>
    ValueTask<byte[]> Unwrap(Guid file, byte[] wrapped, CancellationToken ct);
}

/// <summary>Wraps with a key derived from the master key, another one for every file. The vault's first envelope, until <see cref="RotateKeys"/> gives it a key of its own.</summary>
public sealed class MasterKeyEnvelope(MasterKey master) : IKeyEnvelope
{
    public string Name => "master-key";

    public ValueTask<byte[]> Wrap(Guid file, byte[] key, CancellationToken ct) => ValueTask.FromResult(master.Seal($"evidence/{file}", key));

    public ValueTask<byte[]> Unwrap(Guid file, byte[] wrapped, CancellationToken ct) => ValueTask.FromResult(master.Open($"evidence/{file}", wrapped));
}

/// <summary>
/// Wraps with the newest of the vault's own master keys: files of 32 bytes in <c>keys/evidence</c> of the data folder, <c>1.key</c>, <c>2.key</c> and so on.
/// A wrapped key is the number of its master key (4 bytes, big-endian), 12 bytes of nonce, the cipher text and the tag of AES-256-GCM, bound to its file.
/// </summary>
public sealed class KeyFileEnvelope(StorageSettings storage, EvidenceSettings settings) : IKeyEnvelope
{
    private const string Prefix = "key-file-";

    private string Folder => settings.KeyFolder(storage);

    // Looked up each time: another process may just have made a new one.
    private int Newest => !Directory.Exists(Folder) ? 0 : Directory.EnumerateFiles(Folder, "*.key").Select(f => int.TryParse(Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).DefaultIfEmpty().Max();

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Newest}");

    public bool IsActive => Newest > 0;

    public bool Opens(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public ValueTask<byte[]> Wrap(Guid file, byte[] key, CancellationToken ct)
    {
        var number = Newest;
        var box = new byte[4 + 12 + key.Length + 16];
        BinaryPrimitives.WriteInt32BigEndian(box, number);
        RandomNumberGenerator.Fill(box.AsSpan(4, 12));
        using var aes = new AesGcm(Read(number), 16);
        aes.Encrypt(box.AsSpan(4, 12), key, box.AsSpan(16, key.Length), box.AsSpan(16 + key.Length), file.ToByteArray(bigEndian: true));
        return ValueTask.FromResult(box);
    }

    public ValueTask<byte[]> Unwrap(Guid file, byte[] wrapped, CancellationToken ct)
    {
        if (wrapped.Length < 32)
        {
            throw new CryptographicException("The wrapped key is too short to be one.");
        }

        var key = new byte[wrapped.Length - 32];
        using var aes = new AesGcm(Read(BinaryPrimitives.ReadInt32BigEndian(wrapped)), 16);
        aes.Decrypt(wrapped.AsSpan(4, 12), wrapped.AsSpan(16, key.Length), wrapped.AsSpan(16 + key.Length), key, file.ToByteArray(bigEndian: true));
        return ValueTask.FromResult(key);
    }

    /// <summary>Makes the next master key; from now on it wraps.</summary>
    /// <param name="above">A number that was given before, should its file be away.</param>
    internal string Make(int above)
    {
        if (!Directory.Exists(Folder))
        {
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Durable.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(Folder))!);
        }

        var path = PathOf(Math.Max(Newest, above) + 1);
        using (var fresh = new FileStream(path + ".part", new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            fresh.Write(RandomNumberGenerator.GetBytes(MasterKey.Bytes));
            fresh.Flush(flushToDisk: true);
        }

        // Two that make one at once must not overwrite each other's: a key that wrapped something is never lost.
        File.Move(path + ".part", path, overwrite: false);
        Durable.SyncFolder(Folder);
        return path;
    }

    /// <summary>The number of the key file that an envelope's name stands for; 0 for another envelope.</summary>
    internal static int NumberOf(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private string PathOf(int number) => Path.Combine(Folder, number.ToString(CultureInfo.InvariantCulture) + ".key");

    private byte[] Read(int number)
    {
        var path = PathOf(number);
        var key = File.Exists(path) ? File.ReadAllBytes(path) : throw new KeyUnavailable($"The key file {path}, under which this evidence was sealed, is not there. Restore it from your backup.");
        return key.Length == MasterKey.Bytes ? key : throw new KeyUnavailable($"The key file {path} has {key.Length} bytes instead of {MasterKey.Bytes}.");
    }
}
