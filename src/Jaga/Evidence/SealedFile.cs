using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Jaga.Evidence;

/// <summary>
/// The form of a file in the vault. A header of 32 bytes: the mark <c>JAGAVLT1</c>, the file's id (16 bytes, big-endian), the chunk's length (4 bytes, big-endian),
/// four zeros. Then chunks of 256 KiB, each AES-256-GCM under the file's own key: the cipher text and a tag of 16 bytes. The nonce is the chunk's number, which is safe
/// because no key is used for two files; header, number and whether it is the last are authenticated with it. So nothing can be cut, swapped, repeated or taken
/// from another file without the opening failing, and any part can be read without the rest.
/// </summary>
internal static class SealedFile
{
    public const int ChunkBytes = 256 * 1024, TagBytes = 16, HeaderBytes = 32, KeyBytes = 32;
    private const int AssociatedBytes = HeaderBytes + 9;

    public static byte[] Header(Guid file)
    {
        var header = new byte[HeaderBytes];
        "JAGAVLT1"u8.CopyTo(header);
        file.TryWriteBytes(header.AsSpan(8), bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(24), ChunkBytes);
        return header;
    }

    /// <summary>Length on disk of content of <paramref name="length"/> bytes. Empty content has one empty chunk.</summary>
    public static long StoredLength(long length) => HeaderBytes + length + (TagBytes * Math.Max(1, (length + ChunkBytes - 1) / ChunkBytes));

    /// <summary>Writes all of <paramref name="content"/>, handing every piece of it to <paramref name="seen"/>. Memory: two chunks.</summary>
    public static async Task<long> Write(Stream content, Stream target, Guid file, byte[] key, Action<ReadOnlySpan<byte>> seen, long maxBytes, CancellationToken ct)
    {
        using var aes = new AesGcm(key, TagBytes);
        var (plain, box, header) = (new byte[ChunkBytes], new byte[ChunkBytes + TagBytes], Header(file));
        var ahead = new byte[1];
        try
        {
            await target.WriteAsync(header, ct);
            var (length, has) = (0L, await content.ReadAtLeastAsync(ahead, 1, false, ct));
            for (var number = 0L; ; number++)
            {
                // One byte is read ahead, so that the last chunk is known as the last when it is sealed.
                ahead.AsSpan(0, has).CopyTo(plain);
                var filled = has == 0 ? 0 : has + await content.ReadAtLeastAsync(plain.AsMemory(1), ChunkBytes - 1, false, ct);
                has = filled == ChunkBytes ? await content.ReadAtLeastAsync(ahead, 1, false, ct) : 0;
                if ((length += filled) > maxBytes)
                {
                    throw new RuleBroken($"This is longer than the {maxBytes:N0} bytes that one piece of evidence may have.");
                }

                seen(plain.AsSpan(0, filled));
                Seal(aes, header, number, has == 0, plain.AsSpan(0, filled), box);
                await target.WriteAsync(box.AsMemory(0, filled + TagBytes), ct);
                if (has == 0)
                {
                    return length;
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            CryptographicOperations.ZeroMemory(ahead);
        }
    }

    private static void Seal(AesGcm aes, byte[] header, long number, bool last, ReadOnlySpan<byte> plain, Span<byte> box)
    {
        Span<byte> nonce = stackalloc byte[12], associated = stackalloc byte[AssociatedBytes];
        Bind(header, number, last, nonce, associated);
        aes.Encrypt(nonce, plain, box[..plain.Length], box.Slice(plain.Length, TagBytes), associated);
    }

    /// <exception cref="AuthenticationTagMismatchException">The chunk is not what was sealed in this place.</exception>
    public static void Open(AesGcm aes, byte[] header, long number, bool last, ReadOnlySpan<byte> box, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[12], associated = stackalloc byte[AssociatedBytes];
        Bind(header, number, last, nonce, associated);
        aes.Decrypt(nonce, box[..^TagBytes], box[^TagBytes..], plain, associated);
    }

    private static void Bind(byte[] header, long number, bool last, Span<byte> nonce, Span<byte> associated)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[4..], number);
        header.CopyTo(associated);
        BinaryPrimitives.WriteInt64BigEndian(associated[HeaderBytes..], number);
        associated[^1] = last ? (byte)1 : (byte)0;
    }
}
