using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Jaga.Evidence.Backups;

/// <summary>
/// A row of named contents of unknown length, inside the encryption: the name's length (2 bytes, big-endian) and the name, then blocks (4 bytes of length and the bytes), a block of no length ends it.
/// A name of no length ends the row.
/// </summary>
internal sealed class BackupEntries(Stream to)
{
    private const int BlockBytes = 128 * 1024;

    /// <summary>Writes one entry.</summary>
    public async Task Add(string name, Stream content, Action<int>? seen, CancellationToken ct)
    {
        await Name(name, ct);
        var block = new byte[BlockBytes];
        while (await content.ReadAtLeastAsync(block, block.Length, false, ct) is > 0 and var read)
        {
            await Block(block.AsMemory(0, read), ct);
            seen?.Invoke(read);
        }

        await Block(default, ct);
    }

    public Task Add(string name, byte[] content, CancellationToken ct) => Add(name, new MemoryStream(content), null, ct);

    /// <summary>Ends the row.</summary>
    public Task End(CancellationToken ct) => Name("", ct);

    /// <summary>Reads a row back, each entry to be read before the next.</summary>
    /// <exception cref="BackupUnreadable">It is not such a row, or was cut short.</exception>
    public static async IAsyncEnumerable<(string Name, Stream Content)> Read(Stream from, [EnumeratorCancellation] CancellationToken ct)
    {
        var length = new byte[2];
        while (true)
        {
            await Whole(from, length, ct);
            var name = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            if (name.Length == 0)
            {
                yield break;
            }

            await Whole(from, name, ct);
            var content = new Blocks(from);
            yield return (Encoding.UTF8.GetString(name), content);
            await content.CopyToAsync(Stream.Null, ct);
        }
    }

    private async Task Name(string name, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)bytes.Length);
        await to.WriteAsync(length, ct);
        await to.WriteAsync(bytes, ct);
    }

    private async Task Block(ReadOnlyMemory<byte> block, CancellationToken ct)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, block.Length);
        await to.WriteAsync(length, ct);
        await to.WriteAsync(block, ct);
    }

    private static async Task Whole(Stream from, Memory<byte> buffer, CancellationToken ct)
    {
        if (await from.ReadAtLeastAsync(buffer, buffer.Length, false, ct) != buffer.Length)
        {
            throw new BackupUnreadable("The backup ends before its end.");
        }
    }

    private sealed class Blocks(Stream from) : Stream
    {
        private int _left;
        private bool _ended;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException("Read once, in order.");

        public override long Position { get => throw new NotSupportedException("Read once, in order."); set => throw new NotSupportedException("Read once, in order."); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0 && !_ended)
            {
                var length = new byte[4];
                await Whole(from, length, cancellationToken);
                _left = BinaryPrimitives.ReadInt32BigEndian(length);
                _ended = _left == 0;
            }

            if (_left is < 0 or > BlockBytes)
            {
                throw new BackupUnreadable("The backup holds a block that Jaga does not write.");
            }

            var read = _left == 0 ? 0 : await from.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read > 0 || _ended ? read : throw new BackupUnreadable("The backup ends before its end.");
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Read once, in order.");

        public override void SetLength(long value) => throw new NotSupportedException("Only read.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only read.");
    }
}
