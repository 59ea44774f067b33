using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Jaga.Hashing;
using Jaga.Matching;

namespace Jaga.Items.Fingerprints;

/// <summary>What a kept hash is a hash of. The number stands on the disk. From <see cref="Text"/> on the 32 bytes are no PDQ hash.</summary>
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

    /// <summary>A frame or a page, looked for by itself; all of an item's are its film.</summary>
    Frame = 5,

    /// <summary>A frame of a film that the platform hashed itself: looked for as part of the film only.</summary>
    FilmFrame = 6,

    /// <summary>A text's fingerprint.</summary>
    Text = 7,

    /// <summary>The SHA-256 of a text's normal form.</summary>
    TextDigest = 8,

    /// <summary>The digest of a link.</summary>
    Link = 9,

    /// <summary>A hash of an algorithm known by name only: the SHA-256 by which it is found.</summary>
    Named = 10,

    /// <summary>Part of a vector of 144 bytes: five of these follow each other, the last with 16 bytes of it and 16 zeros; the number of the part stands where a frame has its own.</summary>
    Vector = 11,
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
    /// <param name="item">The check's row.</param>
    /// <param name="query">What was looked for.</param>
    /// <param name="seq">See <see cref="Seq"/>.</param>
    public static KeptFingerprints Of(Item item, MatchQuery query, long seq)
    {
        var hashes = new List<KeptHash>();
        if (item.Pdq is { } pdq)
        {
            var quality = (byte)item.Quality!.Value;
            var original = PdqHash.FromBytes(pdq);
            var turned = query.Dihedral;
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

        var form = query.Frames.Count > 0 ? HashForm.Frame : HashForm.FilmFrame;
        hashes.AddRange(query.Film.Select(f => new KeptHash(f.Pdq.Hash, (byte)f.Pdq.Quality, form, (ushort)Math.Min(f.Seen, ushort.MaxValue), f.Number)));
        hashes.AddRange(query.TextBits is { } bits ? [new(bits, 0, HashForm.Text)] : []);
        hashes.AddRange(query.TextDigest is { } digest ? [Digest(digest, HashForm.TextDigest)] : []);
        hashes.AddRange(query.Links.Select(l => Digest(l.Digest, HashForm.Link)));
        hashes.AddRange(query.Others.Select(o => Digest(o.Key, HashForm.Named)));
        hashes.AddRange(query.Vectors.SelectMany(Parts));
        return new(seq, [.. MemoryMarshal.AsBytes([new KeptHead(item.Id, item.Md5, item.Sha1, item.Sha256, hashes.Count)])], Bytes(hashes));
    }

    private static KeptHash Digest(Digest digest, HashForm form) => new(PdqHash.FromBytes(digest.ToArray()), 0, form);

    private static IEnumerable<KeptHash> Parts(ReadOnlyMemory<byte> vector)
    {
        for (var part = 0; part * PdqHash.Bytes < vector.Length; part++)
        {
            var bytes = new byte[PdqHash.Bytes];
            vector.Span[(part * PdqHash.Bytes)..Math.Min((part + 1) * PdqHash.Bytes, vector.Length)].CopyTo(bytes);
            yield return new(PdqHash.FromBytes(bytes), 0, HashForm.Vector, 1, part);
        }
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
