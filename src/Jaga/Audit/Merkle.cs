using System.Security.Cryptography;

namespace Jaga.Audit;

/// <summary>
/// The hashing of RFC 6962, section 2.1: a leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right), the empty tree SHA-256 of nothing.
/// The two prefixes keep a leaf from ever passing for a node. Nothing here reads a store; a proof is checked with these methods alone.
/// </summary>
public static class Merkle
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    /// <summary>The root of a tree without leaves.</summary>
    public static byte[] EmptyRoot { get; } = SHA256.HashData([]);

    /// <summary>The hash of one entry.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x00]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    /// <summary>The hash over two subtrees.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + (2 * HashBytes)];
        both[0] = 0x01;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashBytes)..]);
        return SHA256.HashData(both);
    }

    /// <summary>The root of a perfect tree over <paramref name="hashes"/>, whose number is a power of two.</summary>
    public static byte[] Perfect(IReadOnlyList<byte[]> hashes)
    {
        var level = hashes;
        while (level.Count > 1)
        {
            var above = new byte[level.Count / 2][];
            for (var i = 0; i < above.Length; i++)
            {
                above[i] = Node(level[2 * i], level[(2 * i) + 1]);
            }

            level = above;
        }

        return level[0];
    }

    /// <summary>Whether <paramref name="proof"/> shows that the entry with hash <paramref name="leaf"/> is number <paramref name="index"/> of the tree (RFC 9162, 2.1.3.2).</summary>
    public static bool Includes(ReadOnlySpan<byte> leaf, long index, long size, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || proof.Any(h => h.Length != HashBytes))
        {
            return false;
        }

        var (at, last, hash) = (index, size - 1, leaf.ToArray());
        foreach (var other in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                hash = Node(other, hash);
                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                hash = Node(hash, other);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>Whether <paramref name="proof"/> shows that the larger tree only appended to the smaller one (RFC 9162, 2.1.4.2).</summary>
    public static bool Extends(long from, ReadOnlySpan<byte> fromRoot, long to, ReadOnlySpan<byte> toRoot, IReadOnlyList<byte[]> proof)
    {
        if (from < 0 || to < from || proof.Any(h => h.Length != HashBytes))
        {
            return false;
        }

        if (from == to || from == 0)
        {
            return proof.Count == 0 && (from == 0 ? fromRoot.SequenceEqual(EmptyRoot) : fromRoot.SequenceEqual(toRoot));
        }

        // A smaller tree that is itself perfect is the first node of the path, and is not sent.
        IReadOnlyList<byte[]> path = long.IsPow2(from) ? [fromRoot.ToArray(), .. proof] : proof;
        if (path.Count == 0)
        {
            return false;
        }

        var (at, last) = (from - 1, to - 1);
        while ((at & 1) == 1)
        {
            (at, last) = (at >> 1, last >> 1);
        }

        var (small, large) = (path[0], path[0]);
        foreach (var other in path.Skip(1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                (small, large) = (Node(other, small), Node(other, large));
                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                large = Node(large, other);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && fromRoot.SequenceEqual(small) && toRoot.SequenceEqual(large);
    }
}
