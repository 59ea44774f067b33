using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Jaga.Matching;

/// <summary>Writes numbers, texts and runs of bytes to a file, each run with its length and a checksum.</summary>
internal sealed class SnapshotWriter(Stream to)
{
    public void Number(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Bytes(bytes);
    }

    public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[sizeof(int) + sizeof(ulong)];
        BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(head[sizeof(int)..], Checksum(bytes));
        to.Write(head);
        to.Write(bytes);
    }

    /// <summary>Tells torn and altered bytes, by mistake and not on purpose: the file lies in the data folder, beside the database.</summary>
    internal static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var (one, other) = (0x9E3779B97F4A7C15UL ^ (ulong)bytes.Length, 0xC2B2AE3D27D4EB4FUL);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (var i = 0; i < words.Length; i++)
        {
            (one, other) = (other, BitOperations.RotateLeft(one ^ words[i], 29) * 0x9FB21C651E98DF25UL);
        }

        foreach (var last in bytes[(words.Length * sizeof(ulong))..])
        {
            one = (one ^ last) * 0x100000001B3UL;
        }

        return one ^ BitOperations.RotateLeft(other, 31);
    }
}

/// <summary>Reads what <see cref="SnapshotWriter"/> wrote.</summary>
internal sealed class SnapshotReader(Stream from)
{
    private const int Longest = 1 << 24;

    /// <exception cref="InvalidDataException">It cannot be believed.</exception>
    public long Number()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Bytes(bytes, bytes.Length);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <exception cref="InvalidDataException">It cannot be believed.</exception>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <exception cref="InvalidDataException">It cannot be believed.</exception>
    public byte[] Bytes()
    {
        var (length, checksum) = Head();
        var bytes = new byte[length];
        Fill(bytes, checksum);
        return bytes;
    }

    /// <summary>Reads a run of exactly so many bytes into the beginning of a place.</summary>
    /// <exception cref="InvalidDataException">It cannot be believed.</exception>
    public void Bytes(Span<byte> into, int expected)
    {
        var (length, checksum) = Head();
        Fill(length == expected && length <= into.Length ? into[..length] : throw new InvalidDataException($"A part has {length} bytes and not {expected}."), checksum);
    }

    private (int Length, ulong Checksum) Head()
    {
        Span<byte> head = stackalloc byte[sizeof(int) + sizeof(ulong)];
        Read(head);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        return length is >= 0 and <= Longest ? (length, BinaryPrimitives.ReadUInt64LittleEndian(head[sizeof(int)..])) : throw new InvalidDataException($"A part says that it has {length} bytes.");
    }

    private void Fill(Span<byte> bytes, ulong checksum)
    {
        Read(bytes);
        if (SnapshotWriter.Checksum(bytes) != checksum)
        {
            throw new InvalidDataException("A part was altered.");
        }
    }

    private void Read(Span<byte> bytes)
    {
        if (from.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidDataException("The file ends early.");
        }
    }
}
