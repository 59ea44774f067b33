using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Jaga.Hashing;

/// <summary>MD5, SHA-1 and SHA-256 of the same bytes, taken in one pass over them.</summary>
/// <param name="Md5">The MD5 digest.</param>
/// <param name="Sha1">The SHA-1 digest.</param>
/// <param name="Sha256">The SHA-256 digest.</param>
[SuppressMessage("Security", "CA5350", Justification = "Hash lists are kept in SHA-1; nothing is protected by it.")]
[SuppressMessage("Security", "CA5351", Justification = "Hash lists are kept in MD5; nothing is protected by it.")]
public readonly record struct Digests(Digest Md5, Digest Sha1, Digest Sha256)
{
    /// <summary>Bytes read at a time: small enough to stay in the cache while three algorithms read them.</summary>
    private const int BlockBytes = 64 * 1024;

    /// <summary>The digest by one of the algorithms.</summary>
    public Digest this[DigestAlgorithm algorithm] => algorithm switch
    {
        DigestAlgorithm.Md5 => Md5,
        DigestAlgorithm.Sha1 => Sha1,
        DigestAlgorithm.Sha256 => Sha256,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Not a digest algorithm."),
    };

    /// <summary>The digests of these bytes.</summary>
    public static Digests Of(ReadOnlySpan<byte> bytes)
    {
        using var running = new Running();
        for (; bytes.Length > BlockBytes; bytes = bytes[BlockBytes..])
            running.Append(bytes[..BlockBytes]);
        running.Append(bytes);
        return running.Finish();
    }

    /// <summary>The digests of what is left of a stream, read to its end and left open.</summary>
    public static Digests Of(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var running = new Running();
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (int read; (read = stream.Read(buffer, 0, buffer.Length)) > 0;)
                running.Append(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // evidence does not stay behind in a shared buffer
        }
        return running.Finish();
    }

    /// <summary>The digests of what is left of a stream, read to its end and left open.</summary>
    public static async Task<Digests> OfAsync(Stream stream, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var running = new Running();
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer.AsMemory(), cancellation)) > 0;)
                running.Append(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
        return running.Finish();
    }

    private sealed class Running : IDisposable
    {
        private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        private readonly IncrementalHash _sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Append(ReadOnlySpan<byte> bytes)
        {
            _md5.AppendData(bytes);
            _sha1.AppendData(bytes);
            _sha256.AppendData(bytes);
        }

        public Digests Finish()
        {
            return new(Finish(_md5, DigestAlgorithm.Md5), Finish(_sha1, DigestAlgorithm.Sha1), Finish(_sha256, DigestAlgorithm.Sha256));

            static Digest Finish(IncrementalHash hash, DigestAlgorithm algorithm)
            {
                Span<byte> bytes = stackalloc byte[Digest.LengthOf(algorithm)];
                hash.GetHashAndReset(bytes);
                return Digest.FromBytes(algorithm, bytes);
            }
        }

        public void Dispose()
        {
            _md5.Dispose();
            _sha1.Dispose();
            _sha256.Dispose();
        }
    }
}
