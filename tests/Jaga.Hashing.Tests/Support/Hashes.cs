using System.Runtime.InteropServices;

namespace Jaga.Hashing.Tests.Support;

/// <summary>What generated hashes are like.</summary>
public enum HashKind
{
    /// <summary>Every bit drawn by lot.</summary>
    Random,

    /// <summary>128 ones, as nearly all PDQ hashes have.</summary>
    HalfWeight,

    /// <summary>Crowds of near-duplicates round a few centres, with some exact copies.</summary>
    Clustered,

    /// <summary>Few ones, so that most slots are alike.</summary>
    Sparse,
}

/// <summary>An endless sequence of hashes from a fixed seed.</summary>
internal sealed class Hashes(HashKind kind, int seed)
{
    private const int Centres = 20;

    private readonly Random _random = new(seed);
    private readonly PdqHash[] _centres = CentresOf(seed);

    internal int Below(int end) => _random.Next(end);

    internal PdqHash[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    internal PdqHash Next() => kind switch
    {
        HashKind.HalfWeight => WithOnes(128),
        HashKind.Clustered => Altered(_centres[Below(Centres)], Below(5) == 0 ? 0 : Below(40)),
        HashKind.Sparse => WithOnes(Below(12)),
        _ => Random(_random),
    };

    /// <summary>The hash with so many of its bits changed.</summary>
    internal PdqHash Altered(PdqHash hash, int bits)
    {
        var bytes = hash.ToArray();
        foreach (var bit in Lots(bits))
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        return PdqHash.FromBytes(bytes);
    }

    private PdqHash WithOnes(int ones) => Altered(default, ones);

    private IEnumerable<int> Lots(int count)
    {
        var bits = Enumerable.Range(0, PdqHash.Bits).ToArray();
        for (var i = 0; i < count; i++)
        {
            var other = _random.Next(i, bits.Length);
            (bits[i], bits[other]) = (bits[other], bits[i]);
            yield return bits[i];
        }
    }

    private static PdqHash[] CentresOf(int seed)
    {
        var random = new Random(seed / 100); // sequences of nearby seeds crowd round the same centres
        return [.. Enumerable.Range(0, Centres).Select(_ => Random(random))];
    }

    private static PdqHash Random(Random random)
    {
        Span<ulong> words = stackalloc ulong[4];
        random.NextBytes(MemoryMarshal.AsBytes(words));
        return PdqHash.FromBytes(MemoryMarshal.AsBytes(words));
    }
}
