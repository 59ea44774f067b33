using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.Hashing;

/// <summary>
/// The first bytes of a snapshot's file: of which kind of index it is, by which version and processor it was written, how long it is,
/// how many hashes it has, the digest of all that follows, and a digest of all this.
/// </summary>
internal static class IndexHeader
{
    /// <summary>Bytes before the rest begins.</summary>
    internal const int Bytes = 2 * IndexMemory.Alignment;

    /// <summary>The kind of a <see cref="HammingIndex"/>'s file: its first eight bytes.</summary>
    internal const string Hamming = "JagaHash";

    /// <summary>The kind of a <see cref="DigestIndex"/>'s file.</summary>
    internal const string Digests = "JagaDige";

    /// <summary>To be raised with every change of the file or of the tables in it.</summary>
    internal const int Version = 4;

    // Where what stands. All numbers in the order of bytes of the processor that wrote the file, as the rest of it.
    private const int VersionAt = 8, LengthAt = 16, CountAt = 24, DigestAt = 32, OwnDigestAt = DigestAt + SHA256.HashSizeInBytes;

    /// <summary>The header of a file whose rest is written.</summary>
    internal static byte[] Of(string kind, IndexMemory file, int count, CancellationToken cancellation)
    {
        var header = new byte[Bytes];
        Encoding.ASCII.GetBytes(kind, header);
        BitConverter.TryWriteBytes(header.AsSpan(VersionAt), Version);
        BitConverter.TryWriteBytes(header.AsSpan(LengthAt), file.Bytes);
        BitConverter.TryWriteBytes(header.AsSpan(CountAt), count);
        IndexChecksum.Of(file, Bytes, cancellation).CopyTo(header, DigestAt);
        SHA256.HashData(header.AsSpan(0, OwnDigestAt), header.AsSpan(OwnDigestAt));
        return header;
    }

    /// <summary>Checks a file against its header. How many hashes it has.</summary>
    /// <exception cref="InvalidDataException">Something is not as it was written; the message says what.</exception>
    internal static int Check(string kind, IndexMemory file, string path)
    {
        var header = file.Values<byte>(0, Bytes);
        var version = BitConverter.ToInt32(header[VersionAt..]);
        var length = BitConverter.ToInt64(header[LengthAt..]);
        if (!header.StartsWith(Encoding.ASCII.GetBytes(kind)))
            throw new InvalidDataException($"{path} is not a snapshot of such an index.");
        if (version == BinaryPrimitives.ReverseEndianness(Version))
            throw new InvalidDataException($"{path} was written by a processor with another order of bytes.");
        if (version != Version)
            throw new InvalidDataException($"{path} is a snapshot of version {version}; this is version {Version}.");
        if (!SHA256.HashData(header[..OwnDigestAt]).AsSpan().SequenceEqual(header.Slice(OwnDigestAt, SHA256.HashSizeInBytes)))
            throw new InvalidDataException($"{path} is altered: its header is not as it was written.");
        if (length != file.Bytes)
            throw new InvalidDataException($"{path} is torn: it has {file.Bytes} bytes of {length}.");
        if (!IndexChecksum.Of(file, Bytes, default).AsSpan().SequenceEqual(header.Slice(DigestAt, SHA256.HashSizeInBytes)))
            throw new InvalidDataException($"{path} is altered: its content is not as it was written.");
        return BitConverter.ToInt32(header[CountAt..]);
    }
}
