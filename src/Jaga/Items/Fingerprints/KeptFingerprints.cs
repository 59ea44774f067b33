using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Jaga.Hashing;
using Jaga.Media;

namespace Jaga.Items.Fingerprints;

/// <summary>What a kept hash is a hash of. The number stands on the disk.</summary>
public enum HashForm : byte
{
    /// <summary>A picture as it is. Its three mirrored copies follow; the four crossed ones are these four with rows and columns exchanged.</summary>
    Picture = 0,

    /// <summary>The picture before it, with left and right exchanged.</summary>
    FlipY = 1,

    /// <summary>The picture before it, upside down.</summary>
    Rotate180 = 2,

    /// <summary>The picture before it, with top and bottom exchanged.</summary>
    FlipX = 3,

    /// <summary>A picture that the platform hashed itself: only as it is.</summary>
    Alone = 4,

    /// <summary>A frame or a page.</summary>
    Frame = 5,
}

/// <summary>
/// One check, 48 bytes: the item's row, the first eight bytes of each digest (the row has the rest), and how many of the hashes are its own. Numbers are little-endian.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly struct KeptHead
{
    public const int Bytes = 48;

    private readonly ulong _itemHigh, _itemLow;

    /// <summary>The first eight bytes of each digest as a number, 0 where there is none.</summary>
    public readonly ulong Md5, Sha1, Sha256;

    /// <summary>Hashes, which follow those of the check before it.</summary>
    public readonly int Hashes;

    private readonly int _reserved;

    public KeptHead(Id<Item> item, byte[]? md5, byte[]? sha1, byte[]? sha256, int hashes)
    {
        Span<byte> id = stackalloc byte[16];
        item.Value.TryWriteBytes(id, bigEndian: true, out _);
        (_itemHigh, _itemLow) = (BinaryPrimitives.ReadUInt64LittleEndian(id), BinaryPrimitives.ReadUInt64LittleEndian(id[8..]));
        (Md5, Sha1, Sha256, Hashes, _reserved) = (First(md5), First(sha1), First(sha256), hashes, 0);
    }

    public Id<Item> Item
    {
        get
        {
            Span<byte> id = stackalloc byte[16];
            BinaryPrimitives.WriteUInt64LittleEndian(id, _itemHigh);
            BinaryPrimitives.WriteUInt64LittleEndian(id[8..], _itemLow);
            return new(new Guid(id, bigEndian: true));
        }
    }

    /// <summary>The first eight bytes of a digest as a number; 0 for none.</summary>
    public static ulong First(ReadOnlySpan<byte> digest) => digest.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(digest);
}

/// <summary>One hash, 40 bytes: its own 32 in the order of its hexadecimal digits, quality, form, how many frames hash so (65,535 at most), and the first one's number.</summary>
internal readonly record struct KeptHash(PdqHash Hash, byte Quality, HashForm Form, ushort Seen = 1, int Frame = 0)
{
    public const int Bytes = 40;

    public static KeptHash Read(ReadOnlySpan<byte> from) =>
        new(PdqHash.FromBytes(from[..PdqHash.Bytes]), from[32], (HashForm)from[33], BinaryPrimitives.ReadUInt16LittleEndian(from[34..]), BinaryPrimitives.ReadInt32LittleEndian(from[36..]));

    public void Write(Span<byte> to)
    {
        Hash.CopyTo(to);
        (to[32], to[33]) = (Quality, (byte)Form);
        BinaryPrimitives.WriteUInt16LittleEndian(to[34..], Seen);
        BinaryPrimitives.WriteInt32LittleEndian(to[36..], Frame);
    }
}

/// <summary>
/// The fingerprints of one check as they are kept: a head, and the hashes. Checks stand one after the other in a block, all heads in one column and all hashes in
/// the other, so that blocks are made by putting together and a search reads only the column that it needs.
/// </summary>
/// <param name="Seq">The change of the banks up to which the check knew their signals: a look-back owes it only what came later.</param>
internal sealed record KeptFingerprints(long Seq, byte[] Heads, byte[] Hashes)
{
    public static KeptFingerprints Of(Item item, MediaReading? reading, long seq)
    {
        var hashes = new List<KeptHash>();
        if (item.Pdq is { } pdq)
        {
            var quality = (byte)item.Quality!.Value;
            var original = PdqHash.FromBytes(pdq);
            var turned = reading?.Dihedral ?? [];
            hashes.AddRange(turned.Count < Pdq.DihedralCount
                ? [new(original, quality, HashForm.Alone)]
                :
                [
                    new(original, quality, HashForm.Picture),
                    new(turned[(int)Dihedral.FlipY], quality, HashForm.FlipY),
                    new(turned[(int)Dihedral.Rotate180], quality, HashForm.Rotate180),
                    new(turned[(int)Dihedral.FlipX], quality, HashForm.FlipX),
                ]);
        }

        hashes.AddRange(reading?.Frames.Select(f => new KeptHash(f.Pdq.Hash, (byte)f.Pdq.Quality, HashForm.Frame, (ushort)Math.Min(f.Seen, ushort.MaxValue), f.Number)) ?? []);
        return new(seq, [.. MemoryMarshal.AsBytes([new KeptHead(item.Id, item.Md5, item.Sha1, item.Sha256, hashes.Count)])], Bytes(hashes));
    }

    /// <summary>Hashes as they are kept.</summary>
    public static byte[] Bytes(IReadOnlyList<KeptHash> hashes)
    {
        var bytes = new byte[hashes.Count * KeptHash.Bytes];
        for (var i = 0; i < hashes.Count; i++)
        {
            hashes[i].Write(bytes.AsSpan(i * KeptHash.Bytes));
        }

        return bytes;
    }
}
