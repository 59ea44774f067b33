using System.Runtime.InteropServices;
using Jaga.Hashing;

namespace Jaga.Server.Cli.Bench;

/// <summary>What generated hashes are like.</summary>
internal enum CrowdKind
{
    /// <summary>Every bit by lot.</summary>
    Random,

    /// <summary>As PDQ of pictures: exactly half of the bits set, and bits that depend on each other along rows and columns of frequencies.</summary>
    Real,

    /// <summary>A thousand near-duplicates, up to 60 bits away, round each of many centres.</summary>
    Clustered,
}

/// <summary>Many hashes of a kind, from a fixed seed.</summary>
internal static class Crowd
{
    private const int Side = 16, OfOneCentre = 1000;

    public static PdqHash[] Of(CrowdKind kind, int count, int seed)
    {
        var hashes = new PdqHash[count];
        const int piece = OfOneCentre * Side;
        Parallel.For(0, (count + piece - 1) / piece, i => Fill(kind, hashes.AsSpan(i * piece, Math.Min(piece, count - (i * piece))), new Random((seed * 1_000_003) + i)));
        return hashes;
    }

    /// <summary>Queries: one half of the kind, one half up to 40 bits from hashes that are there.</summary>
    public static PdqHash[] Queries(CrowdKind kind, PdqHash[] hashes, int count)
    {
        var random = new Random(7);
        var queries = Of(kind, count, seed: 2);
        for (var i = 0; i < count; i += 2)
        {
            queries[i] = Altered(hashes[random.Next(hashes.Length)], random.Next(41), random);
        }

        return queries;
    }

    private static void Fill(CrowdKind kind, Span<PdqHash> hashes, Random random)
    {
        random.NextBytes(MemoryMarshal.AsBytes(hashes));
        if (kind is CrowdKind.Clustered)
        {
            for (var i = 0; i < hashes.Length; i++)
            {
                hashes[i] = i % OfOneCentre == 0 ? hashes[i] : Altered(hashes[i - (i % OfOneCentre)], random.Next(60), random);
            }
        }
        else if (kind is CrowdKind.Real)
        {
            for (var i = 0; i < hashes.Length; i++)
            {
                // One picture gives sixteen hashes, its rows of frequencies moved round: that is as good, and sooner done.
                hashes[i] = i % Side == 0 ? Pictured(random) : Turned(hashes[i - 1]);
            }
        }
    }

    // Edges and stripes make coefficients that are products of a row's and a column's factor; texture adds what is by lot.
    private static PdqHash Pictured(Random random)
    {
        Span<double> row = stackalloc double[Side], column = stackalloc double[Side], values = stackalloc double[PdqHash.Bits], ordered = stackalloc double[PdqHash.Bits];
        for (var i = 0; i < Side; i++)
        {
            (row[i], column[i]) = ((random.NextDouble() - 0.5) * 2, (random.NextDouble() - 0.5) * 2);
        }

        for (var k = 0; k < values.Length; k++)
        {
            values[k] = (row[k / Side] * column[k % Side]) + (random.NextDouble() - 0.5);
        }

        values.CopyTo(ordered);
        ordered.Sort();
        Span<byte> bytes = stackalloc byte[PdqHash.Bytes];
        bytes.Clear();
        for (var k = 0; k < values.Length; k++)
        {
            bytes[k / 8] |= (byte)(values[k] >= ordered[PdqHash.Bits / 2] ? 1 << (k % 8) : 0);
        }

        return PdqHash.FromBytes(bytes);
    }

    private static PdqHash Turned(in PdqHash hash)
    {
        Span<byte> bytes = stackalloc byte[PdqHash.Bytes + (Side / 8)];
        hash.CopyTo(bytes);
        bytes[..(Side / 8)].CopyTo(bytes[PdqHash.Bytes..]);
        return PdqHash.FromBytes(bytes[(Side / 8)..]);
    }

    private static PdqHash Altered(in PdqHash hash, int bits, Random random)
    {
        Span<byte> bytes = stackalloc byte[PdqHash.Bytes];
        hash.CopyTo(bytes);
        for (var i = 0; i < bits; i++)
        {
            var bit = random.Next(PdqHash.Bits);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        return PdqHash.FromBytes(bytes);
    }
}
