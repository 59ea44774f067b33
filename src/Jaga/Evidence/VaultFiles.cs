using System.Security.Cryptography;

namespace Jaga.Evidence;

/// <summary>The vault's folder: writes, opens and removes its encrypted files. Knows nothing of who needs them.</summary>
public sealed class VaultFiles(StorageSettings storage, EvidenceSettings settings, IEnumerable<IKeyEnvelope> envelopes, TimeProvider clock)
{
    private readonly IKeyEnvelope _envelope = envelopes.Last();

    private string Folder => Path.Combine(storage.Data, "vault");

    /// <summary>Writes <paramref name="content"/> to a file of its own under a key of its own. When this returns, the bytes survive a power cut.</summary>
    /// <exception cref="RuleBroken">It is longer than a piece of evidence may be.</exception>
    public async Task<VaultBytes> Put(Stream content, CancellationToken ct)
    {
        var file = Guid.CreateVersion7(clock.GetUtcNow());
        var (part, whole) = (Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "incoming")).FullName, file.ToString()), PathOf(file));
        var key = RandomNumberGenerator.GetBytes(SealedFile.KeyBytes);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        try
        {
            long length;
            await using (var target = new FileStream(part, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                length = await SealedFile.Write(content, target, file, key, Seen, settings.MaxObjectBytes, ct);
                target.Flush(flushToDisk: true);
            }

            var wrapped = await _envelope.Wrap(file, key, ct);
            EnsureFolder(Path.GetDirectoryName(whole)!);
            Durable.Name(part, whole);
            return new(file, Hex(sha256), Hex(sha1), Hex(md5), length, wrapped, _envelope.Name);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        void Seen(ReadOnlySpan<byte> piece)
        {
            sha256.AppendData(piece);
            sha1.AppendData(piece);
            md5.AppendData(piece);
        }
    }

    /// <summary>Opens a file for reading from any place.</summary>
    /// <exception cref="EvidenceAltered">The file is gone or was altered, or its key was.</exception>
    internal async Task<SealedStream> Open(VaultBlob blob, CancellationToken ct)
    {
        var envelope = envelopes.SingleOrDefault(e => e.Name == blob.Envelope) ?? throw new InvalidOperationException($"The key of this evidence was wrapped by '{blob.Envelope}', which is not set up here.");
        try
        {
            return new(PathOf(blob.File), blob.File, await envelope.Unwrap(blob.File, blob.WrappedKey, ct), blob.Length);
        }
        catch (CryptographicException)
        {
            throw new EvidenceAltered($"The key of the file {blob.File} of the vault does not open.");
        }
    }

    /// <summary>Whether the file is there in its full length; says nothing of its bytes.</summary>
    internal bool IsThere(VaultBlob blob) => new FileInfo(PathOf(blob.File)) is { Exists: true } file && file.Length == SealedFile.StoredLength(blob.Length);

    /// <summary>Removes a file that nobody needs; nothing if it is not there.</summary>
    internal void Remove(Guid file)
    {
        var path = PathOf(file);
        if (File.Exists(path))
        {
            File.Delete(path);
            Durable.SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>The files written before <paramref name="before"/>, finished and unfinished. A file's name holds its time.</summary>
    internal IEnumerable<(Guid File, string Path)> Older(DateTimeOffset before) =>
        !Directory.Exists(Folder) ? [] : Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(path => (File: Guid.TryParse(Path.GetFileName(path), out var file) ? file : Guid.Empty, Path: path))
            .Where(f => f.File.Version == 7 && WrittenAt(f.File) < before);

    internal string PathOf(Guid file) => Path.Combine(Folder, file.ToString("N")[^2..], file.ToString());

    // RFC 9562, 5.7: the first 48 bits are milliseconds since 1970.
    private static DateTimeOffset WrittenAt(Guid file) => DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(file.ToString("N")[..12], 16));

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    private static void EnsureFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Durable.SyncFolder(Path.GetDirectoryName(folder)!);
        }
    }
}
