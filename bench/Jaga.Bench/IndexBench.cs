using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Jaga.Hashing;

namespace Jaga.Bench;

/// <summary>Queries and additions of an index of random hashes.</summary>
public class IndexBench
{
    private const int Queries = 1_000;

    private readonly List<Neighbour> _near = [];
    private HammingIndex _index = new();
    private PdqHash[] _queries = [];

    /// <summary>Hashes in the index.</summary>
    [Params(100_000, 1_000_000)]
    public int Count { get; set; }

    /// <summary>The largest distance.</summary>
    [Params(0, 31, 63)]
    public int Radius { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _index = new(Random(Count, seed: 1), [.. Enumerable.Range(0, Count)]);
        _queries = Random(Queries, seed: 2);
    }

    [Benchmark(OperationsPerInvoke = Queries)]
    public int OneAfterTheOther()
    {
        _near.Clear();
        foreach (var query in _queries)
            _index.Find(query, Radius, _near);
        return _near.Count;
    }

    [Benchmark(OperationsPerInvoke = Queries)]
    public Neighbour[][] ManyAtOnce() => _index.Find(_queries, Radius);

    private static PdqHash[] Random(int count, int seed)
    {
        var hashes = new PdqHash[count];
        new Random(seed).NextBytes(MemoryMarshal.AsBytes(hashes.AsSpan()));
        return hashes;
    }
}
