using System.Buffers.Binary;

namespace Jaga.Server.Cli.Demo;

/// <summary>
/// Reads the files inside a Qt resource file (<c>.rcc</c>), in which some packages keep their photographs. Layout, all big-endian:
/// <c>qres</c>, version, offsets of tree, data and names; the tree is a row of nodes of 14 bytes (22 from version 2) with flags at 4 and the
/// data's offset at 10; data is a length of 4 bytes and the bytes.
/// </summary>
internal static class QtResources
{
    private const int Compressed = 1, Directory = 2, Zstandard = 4;

    /// <summary>The files that are stored as they are. Compressed ones are left out: photographs do not gain by it, so they are not.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Files(byte[] bytes)
    {
        if (bytes.Length < 20 || !bytes.AsSpan(0, 4).SequenceEqual("qres"u8))
        {
            yield break;
        }

        var (version, tree, data, names) = (Int(bytes, 4), Int(bytes, 8), Int(bytes, 12), Int(bytes, 16));
        var node = version >= 2 ? 22 : 14;
        var end = new[] { data, names, bytes.Length }.Where(o => o > tree).Min();
        for (var at = tree; at + node <= end; at += node)
        {
            var flags = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 4));
            if ((flags & (Compressed | Directory | Zstandard)) != 0)
            {
                continue;
            }

            var start = data + Int(bytes, at + 10);
            if (start >= 0 && start + 4 <= bytes.Length && Int(bytes, start) is > 0 and var length && length <= bytes.Length - start - 4)
            {
                yield return bytes.AsMemory(start + 4, length);
            }
        }
    }

    private static int Int(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
}
