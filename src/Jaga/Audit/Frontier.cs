namespace Jaga.Audit;

/// <summary>
/// The right edge of a Merkle tree: the roots of its perfect subtrees, largest first, one for every bit that is set in the size.
/// It is all that appending needs, at most 63 hashes however long the log is, and the root follows from it.
/// </summary>
public sealed class Frontier
{
    private readonly List<byte[]> _peaks;

    /// <summary>The edge of the empty tree.</summary>
    public Frontier()
        : this(0, [])
    {
    }

    /// <param name="size">Leaves in the tree.</param>
    /// <param name="bytes">What <see cref="ToBytes"/> gave for that tree.</param>
    /// <exception cref="FormatException">The bytes are not those of a tree of this size.</exception>
    public Frontier(long size, ReadOnlySpan<byte> bytes)
    {
        if (size < 0 || bytes.Length != long.PopCount(size) * Merkle.HashBytes)
        {
            throw new FormatException($"A tree of {size} leaves has {long.PopCount(size)} hashes on its edge, not {bytes.Length} bytes.");
        }

        Size = size;
        _peaks = [];
        for (; bytes.Length > 0; bytes = bytes[Merkle.HashBytes..])
        {
            _peaks.Add(bytes[..Merkle.HashBytes].ToArray());
        }
    }

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>The root of the tree as it is.</summary>
    public byte[] Root => _peaks.Count == 0 ? Merkle.EmptyRoot : Fold(_peaks);

    /// <summary>Appends one leaf hash.</summary>
    public void Append(byte[] leaf)
    {
        _peaks.Add(leaf);
        for (var full = Size; (full & 1) == 1; full >>= 1)
        {
            var node = Merkle.Node(_peaks[^2], _peaks[^1]);
            _peaks.RemoveRange(_peaks.Count - 2, 2);
            _peaks.Add(node);
        }

        Size++;
    }

    /// <summary>The hashes one after another, largest subtree first.</summary>
    public byte[] ToBytes() => [.. _peaks.SelectMany(p => p)];

    /// <summary>The root over neighbouring perfect subtrees, largest first.</summary>
    internal static byte[] Fold(IReadOnlyList<byte[]> peaks)
    {
        var root = peaks[^1];
        for (var i = peaks.Count - 2; i >= 0; i--)
        {
            root = Merkle.Node(peaks[i], root);
        }

        return root;
    }
}
