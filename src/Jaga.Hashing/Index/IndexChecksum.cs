using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Jaga.Hashing;

/// <summary>
/// A digest of much memory, as fast as it can be read: SHA-256 of four CRC-32C (Castagnoli, as in RFC 9260) of each of its pieces. It
/// notices damage; it does not keep out whoever may write the file.
/// </summary>
internal static class IndexChecksum
{
    private const int PieceBytes = 1 << 22;
    private const int Lanes = 4;

    /// <summary>The digest of all from a byte on, taken on all processors.</summary>
    internal static byte[] Of(IndexMemory memory, long from, CancellationToken cancellation)
    {
        var pieces = (int)((memory.Bytes - from + PieceBytes - 1) / PieceBytes);
        var digests = new uint[pieces * Lanes];
        Parallel.For(0, pieces, new() { CancellationToken = cancellation }, i =>
        {
            var start = from + (long)i * PieceBytes;
            Digest(memory.Values<byte>(start, (int)Math.Min(PieceBytes, memory.Bytes - start)), digests.AsSpan(i * Lanes, Lanes));
        });
        GC.KeepAlive(memory);
        return SHA256.HashData(MemoryMarshal.AsBytes(digests.AsSpan()));
    }

    /// <summary>Each lane takes every fourth word, so that the processor works on four at once; what is left goes to the first.</summary>
    private static void Digest(ReadOnlySpan<byte> bytes, Span<uint> digest)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var (a, b, c, d) = (1u, 2u, 3u, 4u);
        var at = 0;
        for (; at <= words.Length - Lanes; at += Lanes)
        {
            a = BitOperations.Crc32C(a, words[at]);
            b = BitOperations.Crc32C(b, words[at + 1]);
            c = BitOperations.Crc32C(c, words[at + 2]);
            d = BitOperations.Crc32C(d, words[at + 3]);
        }
        foreach (var one in bytes[(at * sizeof(ulong))..])
            a = BitOperations.Crc32C(a, one);
        (digest[0], digest[1], digest[2], digest[3]) = (a, b, c, d);
    }
}
