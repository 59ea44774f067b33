using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Jaga.Evidence;

/// <summary>
/// Digests of the parts of a file, so that a verification can say where a file was altered and not only that it was. A block is a power of two, at least
/// 4 KiB, and so large that a file has at most some thousands of them.
/// </summary>
internal sealed class BlockDigests(long length) : IDisposable
{
    private const long Smallest = 4096, MostBlocks = 4096;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<byte[]> _done = [];
    private readonly long _block = SizeFor(length);
    private long _filled;

    /// <summary>Bytes in a block of a file of <paramref name="length"/> bytes.</summary>
    public static long SizeFor(long length) => Math.Max(Smallest, (long)BitOperations.RoundUpToPowerOf2((ulong)(length / MostBlocks)));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = bytes[..(int)Math.Min(bytes.Length, _block - _filled)];
            _hash.AppendData(part);
            _filled += part.Length;
            bytes = bytes[part.Length..];
            if (_filled == _block)
            {
                _done.Add(_hash.GetHashAndReset());
                _filled = 0;
            }
        }
    }

    public IReadOnlyList<byte[]> Finish() => _filled == 0 ? _done : [.. _done, _hash.GetHashAndReset()];

    public void Dispose() => _hash.Dispose();
}

/// <summary>
/// The tag file <c>blocks-sha256.txt</c> of our bags: a line for each block, <c>DIGEST  OFFSET LENGTH  PATH</c>. It only helps to find the place;
/// what decides is the manifests.
/// </summary>
internal static class BagBlocks
{
    public const string Name = "blocks-sha256.txt";

    public static void Write(StringBuilder file, string path, long length, IReadOnlyList<byte[]> blocks)
    {
        var size = BlockDigests.SizeFor(length);
        for (var i = 0; i < blocks.Count; i++)
        {
            file.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(blocks[i])}  {i * size} {Math.Min(size, length - (i * size))}  {path}\n");
        }
    }

    /// <summary>Whether a line of <c>blocks-sha256.txt</c> says what is there.</summary>
    public static bool IsRight(BagContent bag, string line) =>
        line.Split("  ", 3) is [var digest, var place, var path] && place.Split(' ') is [var at, var size] && bag.Files.TryGetValue(path, out var file)
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var from) && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
        && BlockDigests.SizeFor(file.Length) is var block && from % block == 0 && from / block < file.Blocks.Count && length == Math.Min(block, file.Length - from)
        && digest == Convert.ToHexStringLower(file.Blocks[(int)(from / block)]);

    /// <summary>The first block of a file that is not as it was: its first byte and its end; null where this bag cannot tell.</summary>
    public static (long From, long To)? Altered(BagContent bag, string path)
    {
        var (found, ours) = (bag.Files[path], $"  {path}");
        var block = BlockDigests.SizeFor(found.Length);
        var lines = bag.Text(Name)?.Split('\n').Where(l => l.EndsWith(ours, StringComparison.Ordinal)).ToList() ?? [];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Split("  ") is not [var digest, var place, _] || place.Split(' ') is not [var at, var size]
                || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var from) || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || from != i * block || length > block || (length < block && i < lines.Count - 1))
            {
                // Not as we write it, or of a file so much longer that its blocks were larger.
                return null;
            }

            if (i >= found.Blocks.Count || Convert.ToHexStringLower(found.Blocks[i]) != digest)
            {
                return (from, from + length);
            }
        }

        return null;
    }
}
