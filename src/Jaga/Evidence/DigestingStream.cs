using System.Security.Cryptography;

namespace Jaga.Evidence;

/// <summary>Hands on a stream from its beginning to its end, and takes its SHA-256 and SHA-512 on the way.</summary>
internal sealed class DigestingStream(Stream inner) : Stream
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256), _sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
    private readonly BlockDigests _blocks = new(inner.Length);
    private long _read;

    public override bool CanRead => true;

    // A tar writer asks where it stands and how long it is; it does not go back.
    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => _read;
        set => _ = value == _read ? value : throw new NotSupportedException("Read once, in order.");
    }

    /// <summary>The digests in lower-case hexadecimal, the bytes read, and the digest of each block of them.</summary>
    public (string Sha256, string Sha512, long Length, IReadOnlyList<byte[]> Blocks) Finish() =>
        (Convert.ToHexStringLower(_sha256.GetHashAndReset()), Convert.ToHexStringLower(_sha512.GetHashAndReset()), _read, _blocks.Finish());

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        return Seen(buffer.Span, read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => Seen(buffer, inner.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Read once, in order.");

    public override void SetLength(long value) => throw new NotSupportedException("Only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only read.");

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _sha256.Dispose();
        _sha512.Dispose();
        _blocks.Dispose();
        base.Dispose(disposing);
    }

    private int Seen(ReadOnlySpan<byte> buffer, int read)
    {
        _sha256.AppendData(buffer[..read]);
        _sha512.AppendData(buffer[..read]);
        _blocks.Append(buffer[..read]);
        _read += read;
        return read;
    }
}
