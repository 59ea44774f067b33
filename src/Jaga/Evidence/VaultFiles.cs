using System.Security.Cryptography;

namespace Jaga.Evidence;

/// <summary>The vault's files: seals, opens and removes them, wherever they are stored. Knows nothing of who needs them.</summary>
public sealed class VaultFiles(IVaultStore store, EvidenceSettings settings, IEnumerable<IKeyEnvelope> envelopes, TimeProvider clock)
{
    /// <summary>Writes <paramref name="content"/> to a file of its own under a key of its own. When this returns, the bytes survive a power cut.</summary>
    /// <param name="most">The most bytes; null for the longest single piece of evidence.</param>
    /// <exception cref="RuleBroken">It is longer than that.</exception>
    public async Task<VaultBytes> Put(Stream content, long? most, CancellationToken ct)
    {
        var file = Guid.CreateVersion7(clock.GetUtcNow());
        var (key, length) = (RandomNumberGenerator.GetBytes(SealedFile.KeyBytes), 0L);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        try
        {
            // Read at each file: a rotation may give the vault another key meanwhile. Wrapped first: what cannot be opened again is not written.
            var envelope = envelopes.Last(e => e.IsActive);
            var name = envelope.Name;
            var wrapped = await envelope.Wrap(file, key, ct);
            await store.Write(file, async target => length = await SealedFile.Write(content, target, file, key, Seen, most ?? settings.MaxObjectBytes, ct), ct);
            return new(file, Hex(sha256), Hex(sha1), Hex(md5), length, wrapped, name);
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
    /// <exception cref="KeyUnavailable">The wrapping key cannot be had now.</exception>
    /// <exception cref="S3Failed">The store cannot be asked now.</exception>
    internal async Task<SealedStream> Open(VaultBlob blob, CancellationToken ct)
    {
        var envelope = envelopes.FirstOrDefault(e => e.Opens(blob.Envelope)) ?? throw new InvalidOperationException($"The key of this evidence was wrapped by '{blob.Envelope}', which is not set up here.");
        byte[] key;
        try
        {
            key = await envelope.Unwrap(blob.File, blob.WrappedKey, ct);
        }
        catch (CryptographicException)
        {
            throw new EvidenceAltered($"The key of the file {blob.File} of the vault does not open.");
        }

        var bytes = await store.Open(blob.File, ct) ?? throw new EvidenceAltered($"The file {blob.File} of the vault is missing.");
        return new(bytes, blob.File, key, blob.Length);
    }

    /// <summary>Whether the file is there in its full length; says nothing of its bytes.</summary>
    internal async Task<bool> IsThere(VaultBlob blob, CancellationToken ct) => await store.Length(blob.File, ct) == SealedFile.StoredLength(blob.Length);

    /// <summary>Whether the file is not there at all.</summary>
    internal async Task<bool> IsGone(VaultBlob blob, CancellationToken ct) => await store.Length(blob.File, ct) is null;

    /// <summary>Removes a file that nobody needs; nothing if it is not there.</summary>
    internal Task Remove(Guid file, CancellationToken ct) => store.Remove(file, ct);

    /// <summary>Removes what <see cref="Older"/> gave.</summary>
    internal Task Remove(VaultEntry entry, CancellationToken ct) => store.Remove(entry, ct);

    /// <summary>The files written before <paramref name="before"/>, finished and unfinished. A file's name holds its time.</summary>
    internal IAsyncEnumerable<VaultEntry> Older(DateTimeOffset before, CancellationToken ct) => store.All(ct).Where(f => f.File.Version == 7 && WrittenAt(f.File) < before);

    /// <summary>A file as it is stored, still encrypted; null if it is not there.</summary>
    internal async Task<Stream?> Sealed(Guid file, CancellationToken ct) => await store.Open(file, ct) is { } bytes ? new StoredStream(bytes) : null;

    // RFC 9562, 5.7: the first 48 bits are milliseconds since 1970.
    private static DateTimeOffset WrittenAt(Guid file) => DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(file.ToString("N")[..12], 16));

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
