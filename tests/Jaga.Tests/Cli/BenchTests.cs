using Jaga.Hashing;
using Jaga.Server.Cli.Bench;

namespace Jaga.Tests.Cli;

public sealed class BenchTests
{
    [Theory]
    [InlineData("1m,10m", new[] { 1_000_000, 10_000_000 })]
    [InlineData("500k, 7", new[] { 500_000, 7 })]
    public void Sizes_are_read_as_people_write_them(string text, int[] sizes) => Assert.Equal(sizes, Plan.ReadSizes(text));

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("1m,")]
    [InlineData("0")]
    [InlineData("-1m")]
    [InlineData("101m")]
    [InlineData("many")]
    public void A_size_that_is_none_is_refused(string text) => Assert.Null(Plan.ReadSizes(text));

    [Fact]
    public void Hashes_like_real_ones_have_half_of_their_bits_and_are_the_same_each_time()
    {
        var hashes = Crowd.Of(CrowdKind.Real, 500, seed: 3);
        Assert.All(hashes, hash => Assert.Equal(PdqHash.Bits / 2, hash.DistanceTo(default)));
        Assert.Equal(hashes, Crowd.Of(CrowdKind.Real, 500, seed: 3));
        Assert.True(hashes.Distinct().Count() > 490);
    }

    [Fact]
    public async Task The_index_is_measured_and_finds_what_a_linear_scan_finds()
    {
        var results = new List<Result>();
        await foreach (var result in new IndexSubject().Measure(new Plan([2_000], Quick: true, Photograph: null), _ => { }, default))
        {
            results.Add(result);
        }

        var recalls = results.Where(r => r.What.EndsWith("what a linear scan finds", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, recalls.Count);
        Assert.All(recalls, r => Assert.Equal(r.Measured.Split(" of ")[0], r.Measured.Split(" of ")[1]));
    }
}
