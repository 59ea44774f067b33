using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.Evidence.Backups;

/// <summary>
/// What a backup is encrypted under: a passphrase, or a key file. The file begins with the mark <c>JAGABKP1</c>, one byte for which (1 or 2), the rounds of PBKDF2-HMAC-SHA-512 (4 bytes, big-endian,
/// zero for a key file) and 32 bytes of salt. The key follows from secret and salt, and is never used for a second backup.
/// </summary>
public sealed class BackupSecret
{
    /// <summary>The least that a passphrase has, in characters, and a key file, in bytes.</summary>
    public const int LeastPassphrase = 12, LeastKeyFile = 32;

    internal const int SaltBytes = 32, HeaderBytes = 8 + 1 + 4 + SaltBytes;

    // What OWASP's cheat sheet on password storage names for PBKDF2-HMAC-SHA512 is 210,000; a backup is attacked at leisure.
    private const int Rounds = 600_000, MostRounds = 10_000_000;
    private readonly byte[] _secret;
    private readonly bool _passphrase;

    private BackupSecret(byte[] secret, bool passphrase) => (_secret, _passphrase) = (secret, passphrase);

    /// <exception cref="BadInput">It is too short.</exception>
    public static BackupSecret Passphrase(string words) => words.Length >= LeastPassphrase
        ? new(Encoding.UTF8.GetBytes(words.Normalize(NormalizationForm.FormC)), true)
        : throw new BadInput("passphrase", $"A passphrase for a backup has at least {LeastPassphrase} characters.");

    /// <exception cref="BadInput">It is too short.</exception>
    public static BackupSecret KeyFile(byte[] bytes) => bytes.Length >= LeastKeyFile
        ? new(bytes, false)
        : throw new BadInput("key", $"A key file for a backup has at least {LeastKeyFile} bytes. Make one with: openssl rand -out FILE 32");

    internal byte[] NewHeader()
    {
        var header = new byte[HeaderBytes];
        "JAGABKP1"u8.CopyTo(header);
        header[8] = _passphrase ? (byte)1 : (byte)2;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(9), _passphrase ? Rounds : 0);
        RandomNumberGenerator.Fill(header.AsSpan(13));
        return header;
    }

    /// <exception cref="BackupUnreadable">It is no backup, or was made with the other sort of secret.</exception>
    internal byte[] KeyOf(byte[] header)
    {
        var rounds = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(9));
        if (!header.AsSpan().StartsWith("JAGABKP1"u8) || header[8] is not (1 or 2) || rounds is < 0 or > MostRounds || (header[8] == 1 && rounds == 0))
        {
            throw new BackupUnreadable("This is not a backup of Jaga's.");
        }

        if (header[8] == 1 != _passphrase)
        {
            throw new BackupUnreadable(_passphrase ? "This backup was made with a key file, not with a passphrase." : "This backup was made with a passphrase, not with a key file.");
        }

        var salt = header[13..];
        return HKDF.DeriveKey(HashAlgorithmName.SHA512, _passphrase ? Rfc2898DeriveBytes.Pbkdf2(_secret, salt, rounds, HashAlgorithmName.SHA512, 64) : _secret, 32, salt, "jaga/backup"u8.ToArray());
    }

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => nameof(BackupSecret);
}

/// <summary>A backup cannot be read: it is none, was cut short or altered, or the secret is another.</summary>
public sealed class BackupUnreadable(string sentence) : IOException(sentence);

/// <summary>
/// Encrypts what is written to it, a chunk of 1 MiB at a time: 4 bytes for the chunk's length, whose highest bit marks the last one, then AES-256-GCM with its tag.
/// The nonce is the chunk's number; header, number and length are authenticated with it. So nothing can be cut, swapped, repeated or added unseen.
/// </summary>
internal sealed class SealingStream(Stream to, byte[] header, byte[] key) : Stream
{
    public const int ChunkBytes = 1024 * 1024, TagBytes = 16;
    private readonly AesGcm _aes = new(key, TagBytes);
    private readonly byte[] _plain = new byte[ChunkBytes], _box = new byte[4 + ChunkBytes + TagBytes];
    private int _filled;
    private long _number;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("Only written.");

    public override long Position { get => throw new NotSupportedException("Only written."); set => throw new NotSupportedException("Only written."); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (_filled == ChunkBytes)
            {
                await Seal(last: false, cancellationToken);
            }

            var some = Math.Min(buffer.Length, ChunkBytes - _filled);
            buffer.Span[..some].CopyTo(_plain.AsSpan(_filled));
            (_filled, buffer) = (_filled + some, buffer[some..]);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes the last chunk. Without it the backup reads as cut short.</summary>
    public Task Finish(CancellationToken ct) => Seal(last: true, ct);

    protected override void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(_plain);
        _aes.Dispose();
        base.Dispose(disposing);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only written.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Only written.");

    public override void SetLength(long value) => throw new NotSupportedException("Only written.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Written asynchronously.");

    /// <summary>The nonce of a chunk, and what is authenticated with it.</summary>
    internal static (byte[] Nonce, byte[] Associated) Bind(byte[] header, long number, uint length)
    {
        var (nonce, associated) = (new byte[12], new byte[header.Length + 12]);
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), number);
        header.CopyTo(associated, 0);
        BinaryPrimitives.WriteInt64BigEndian(associated.AsSpan(header.Length), number);
        BinaryPrimitives.WriteUInt32BigEndian(associated.AsSpan(header.Length + 8), length);
        return (nonce, associated);
    }

    private async Task Seal(bool last, CancellationToken ct)
    {
        var length = (uint)_filled | (last ? 0x8000_0000u : 0);
        var (nonce, associated) = Bind(header, _number++, length);
        BinaryPrimitives.WriteUInt32BigEndian(_box, length);
        _aes.Encrypt(nonce, _plain.AsSpan(0, _filled), _box.AsSpan(4, _filled), _box.AsSpan(4 + _filled, TagBytes), associated);
        await to.WriteAsync(_box.AsMemory(0, 4 + _filled + TagBytes), ct);
        _filled = 0;
    }
}

/// <summary>Decrypts what <see cref="SealingStream"/> wrote: no byte is given out before its chunk was authenticated.</summary>
internal sealed class OpeningStream(Stream from, byte[] header, byte[] key) : Stream
{
    private readonly AesGcm _aes = new(key, SealingStream.TagBytes);
    private readonly byte[] _plain = new byte[SealingStream.ChunkBytes], _box = new byte[SealingStream.ChunkBytes + SealingStream.TagBytes];
    private int _at, _filled;
    private long _number;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("Read once, in order.");

    public override long Position { get => throw new NotSupportedException("Read once, in order."); set => throw new NotSupportedException("Read once, in order."); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_at == _filled && !_ended)
        {
            await Open(cancellationToken);
        }

        var some = Math.Min(buffer.Length, _filled - _at);
        _plain.AsSpan(_at, some).CopyTo(buffer.Span);
        _at += some;
        return some;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(_plain);
        _aes.Dispose();
        base.Dispose(disposing);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Read once, in order.");

    public override void SetLength(long value) => throw new NotSupportedException("Only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only read.");

    private async Task Open(CancellationToken ct)
    {
        var head = new byte[4];
        if (await from.ReadAtLeastAsync(head, 4, false, ct) != 4)
        {
            throw new BackupUnreadable($"The backup was cut short after its chunk {_number}.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        var size = (int)(length & 0x7fff_ffff);
        if (size > SealingStream.ChunkBytes || await from.ReadAtLeastAsync(_box.AsMemory(0, size + SealingStream.TagBytes), size + SealingStream.TagBytes, false, ct) != size + SealingStream.TagBytes)
        {
            throw new BackupUnreadable($"The backup was cut short or altered in its chunk {_number}.");
        }

        var (nonce, associated) = SealingStream.Bind(header, _number, length);
        try
        {
            _aes.Decrypt(nonce, _box.AsSpan(0, size), _box.AsSpan(size, SealingStream.TagBytes), _plain.AsSpan(0, size), associated);
        }
        catch (CryptographicException)
        {
            throw new BackupUnreadable(_number == 0 ? "The backup does not open: the secret is another, or the file was altered at its beginning." : $"The backup was altered in its chunk {_number}.");
        }

        (_at, _filled, _number, _ended) = (0, size, _number + 1, length >= 0x8000_0000u);
        if (_ended && await from.ReadAtLeastAsync(head, 1, false, ct) != 0)
        {
            throw new BackupUnreadable("Something was added behind the end of the backup.");
        }
    }
}
