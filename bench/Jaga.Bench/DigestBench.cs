using BenchmarkDotNet.Attributes;
using Jaga.Hashing;

namespace Jaga.Bench;

/// <summary>MD5, SHA-1 and SHA-256 of a file's bytes.</summary>
public class DigestBench
{
    private readonly byte[] _file = new byte[1 << 20];

    [Benchmark]
    public Digests OfOneMebibyte() => Digests.Of(_file);
}
