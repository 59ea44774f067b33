using System.Security.Cryptography;

namespace Jaga.Evidence;

/// <summary>The bytes of a vault file turned out to be gone or not what was sealed. Nothing of them was handed on.</summary>
public sealed class EvidenceAltered(string sentence) : Exception(sentence);

/// <summary>Reads a vault file from any place, a chunk at a time: no byte is given out before the chunk that it stands in was authenticated.</summary>
internal sealed class SealedStream : Stream
{
    private readonly IVaultBytes _file;
    private readonly AesGcm _aes;
    private readonly byte[] _header, _plain = new byte[SealedFile.ChunkBytes], _box = new byte[SealedFile.ChunkBytes + SealedFile.TagBytes];
    private readonly string _name;
    private long _position, _held = -1;

    /// <summary>Takes over <paramref name="bytes"/>.</summary>
    /// <exception cref="EvidenceAltered">The file is not as long as it was.</exception>
    public SealedStream(IVaultBytes bytes, Guid file, byte[] key, long length)
    {
        (_file, _name, _header, Length) = (bytes, file.ToString(), SealedFile.Header(file), length);
        if (bytes.Length is var found && found != SealedFile.StoredLength(length))
        {
            bytes.Dispose();
            throw new EvidenceAltered($"The file {_name} of the vault has {found} bytes instead of {SealedFile.StoredLength(length)}.");
        }

        _aes = new(key, SealedFile.TagBytes);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set => _position = value is >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length || buffer.Length == 0)
        {
            return 0;
        }

        var number = _position / SealedFile.ChunkBytes;
        if (number != _held)
        {
            var size = Size(number);
            Opened(number, size, await _file.Read(_box.AsMemory(0, size + SealedFile.TagBytes), Offset(number), cancellationToken));
        }

        return Take(number, buffer.Span);
    }

    // For libraries that know no other way; ours read asynchronously.
    public override int Read(Span<byte> buffer)
    {
        var copy = new byte[Math.Min(buffer.Length, SealedFile.ChunkBytes)];
        var read = ReadAsync(copy).AsTask().GetAwaiter().GetResult();
        copy.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length });

    /// <summary>Opens and drops every chunk, empty content's one chunk and the header included.</summary>
    /// <exception cref="EvidenceAltered">A chunk is not what was sealed.</exception>
    public async Task Check(CancellationToken ct)
    {
        var header = new byte[SealedFile.HeaderBytes];
        await _file.Read(header, 0, ct);
        if (!header.AsSpan().SequenceEqual(_header))
        {
            throw new EvidenceAltered($"The file {_name} of the vault was altered: its header is not its own.");
        }

        for (var number = 0L; number <= Math.Max(0, Length - 1) / SealedFile.ChunkBytes; number++)
        {
            ct.ThrowIfCancellationRequested();
            var size = Size(number);
            Opened(number, size, await _file.Read(_box.AsMemory(0, size + SealedFile.TagBytes), Offset(number), ct));
        }
    }

    protected override void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(_plain);
        _aes.Dispose();
        _file.Dispose();
        base.Dispose(disposing);
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("Evidence is only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Evidence is only read.");

    private static long Offset(long number) => SealedFile.HeaderBytes + (number * (SealedFile.ChunkBytes + SealedFile.TagBytes));

    private int Size(long number) => (int)Math.Min(SealedFile.ChunkBytes, Length - (number * SealedFile.ChunkBytes));

    private void Opened(long number, int size, int read)
    {
        try
        {
            _held = -1;
            if (read != size + SealedFile.TagBytes)
            {
                throw new AuthenticationTagMismatchException();
            }

            SealedFile.Open(_aes, _header, number, last: ((number + 1) * SealedFile.ChunkBytes) >= Length, _box.AsSpan(0, read), _plain.AsSpan(0, size));
            _held = number;
        }
        catch (CryptographicException)
        {
            throw new EvidenceAltered($"The file {_name} of the vault was altered: its bytes from {number * SealedFile.ChunkBytes} to {(number * SealedFile.ChunkBytes) + size} do not open.");
        }
    }

    private int Take(long number, Span<byte> buffer)
    {
        var at = (int)(_position - (number * SealedFile.ChunkBytes));
        var count = Math.Min(buffer.Length, Size(number) - at);
        _plain.AsSpan(at, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
