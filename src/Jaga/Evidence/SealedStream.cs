using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Jaga.Evidence;

/// <summary>The bytes of a vault file turned out to be gone or not what was sealed. Nothing of them was handed on.</summary>
public sealed class EvidenceAltered(string sentence) : Exception(sentence);

/// <summary>Reads a vault file from any place, a chunk at a time: no byte is given out before the chunk that it stands in was authenticated.</summary>
internal sealed class SealedStream : Stream
{
    private readonly SafeFileHandle _file;
    private readonly AesGcm _aes;
    private readonly byte[] _header, _plain = new byte[SealedFile.ChunkBytes], _box = new byte[SealedFile.ChunkBytes + SealedFile.TagBytes];
    private readonly string _name;
    private long _position, _held = -1;

    /// <exception cref="EvidenceAltered">The file is gone, or not as long as it was.</exception>
    public SealedStream(string path, Guid file, byte[] key, long length)
    {
        (_name, _header, Length) = (file.ToString(), SealedFile.Header(file), length);
        try
        {
            _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EvidenceAltered($"The file {_name} of the vault is missing.");
        }

        if (RandomAccess.GetLength(_file) is var found && found != SealedFile.StoredLength(length))
        {
            _file.Dispose();
            throw new EvidenceAltered($"The file {_name} of the vault has {found} bytes on disk instead of {SealedFile.StoredLength(length)}.");
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
            Opened(number, size, await RandomAccess.ReadAsync(_file, _box.AsMemory(0, size + SealedFile.TagBytes), Offset(number), cancellationToken));
        }

        return Take(number, buffer.Span);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= Length || buffer.Length == 0)
        {
            return 0;
        }

        var number = _position / SealedFile.ChunkBytes;
        if (number != _held)
        {
            var size = Size(number);
            Opened(number, size, RandomAccess.Read(_file, _box.AsSpan(0, size + SealedFile.TagBytes), Offset(number)));
        }

        return Take(number, buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length });

    /// <summary>Opens and drops every chunk, empty content's one chunk and the header included.</summary>
    /// <exception cref="EvidenceAltered">A chunk is not what was sealed.</exception>
    public async Task Check(CancellationToken ct)
    {
        var header = new byte[SealedFile.HeaderBytes];
        await RandomAccess.ReadAsync(_file, header, 0, ct);
        if (!header.AsSpan().SequenceEqual(_header))
        {
            throw new EvidenceAltered($"The file {_name} of the vault was altered: its header is not its own.");
        }

        for (var number = 0L; number <= Math.Max(0, Length - 1) / SealedFile.ChunkBytes; number++)
        {
            ct.ThrowIfCancellationRequested();
            var size = Size(number);
            Opened(number, size, await RandomAccess.ReadAsync(_file, _box.AsMemory(0, size + SealedFile.TagBytes), Offset(number), ct));
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
