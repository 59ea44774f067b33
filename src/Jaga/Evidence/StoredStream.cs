namespace Jaga.Evidence;

/// <summary>Reads a vault file as it is stored, from its beginning to its end.</summary>
internal sealed class StoredStream(IVaultBytes bytes) : Stream
{
    private long _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position { get => _at; set => throw new NotSupportedException("Read once, in order."); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await bytes.Read(buffer, _at, cancellationToken);
        _at += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Read once, in order.");

    public override void SetLength(long value) => throw new NotSupportedException("Only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only read.");

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        bytes.Dispose();
        base.Dispose(disposing);
    }
}
