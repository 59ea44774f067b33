namespace Jaga.Packages;

/// <summary>Hands on what is written, and tells now and then how much it was.</summary>
internal sealed class CountedStream(Stream inner, Func<long, Task> tell) : Stream
{
    private const long Step = 32L * 1024 * 1024;
    private long _written, _told;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written;

    public override long Position { get => _written; set => throw new NotSupportedException("Written once, in order."); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer, cancellationToken);
        _written += buffer.Length;
        if (_written - _told >= Step)
        {
            _told = _written;
            await tell(_written);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        inner.Write(buffer, offset, count);
        _written += count;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only written.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Written once, in order.");

    public override void SetLength(long value) => throw new NotSupportedException("Written once, in order.");
}
