using BenchmarkDotNet.Attributes;
using Jaga.Hashing;

namespace Jaga.Bench;

/// <summary>PDQ of pixels in memory.</summary>
public class PdqBench
{
    private readonly PdqHash[] _eight = new PdqHash[Pdq.DihedralCount];
    private byte[] _pixels = [];

    /// <summary>Pixels of a side.</summary>
    [Params(64, 512, 1024)]
    public int Side { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        _pixels = new byte[3 * Side * Side];
        new Random(1).NextBytes(_pixels);
    }

    [Benchmark(Baseline = true)]
    public PdqFingerprint Luma() => Pdq.Hash(_pixels, Side, Side, Side);

    [Benchmark]
    public int LumaInEightVariants() => Pdq.HashAll(_pixels, Side, Side, Side, _eight);

    [Benchmark]
    public PdqFingerprint RedGreenBlue() => Pdq.HashRgb(_pixels, Side, Side, 3 * Side);
}
