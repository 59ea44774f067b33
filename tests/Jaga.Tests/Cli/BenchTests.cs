using Jaga.Hashing;
using Jaga.Server.Cli;
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

    [Theory, InlineData("10g", 10L << 30), InlineData("500M", 500L << 20), InlineData("7", null), InlineData("g", null), InlineData("-1g", null), InlineData("1t", null)]
    public void Bytes_of_evidence_are_read_as_people_write_them(string text, long? bytes) => Assert.Equal(bytes, EvidenceSpeed.Bytes(text));

    [Fact]
    public async Task Evidence_is_measured_and_what_it_wrote_is_removed()
    {
        var folder = Directory.CreateTempSubdirectory("jaga-bench-evidence-").FullName;
        Assert.Equal(0, await Root.Build().Parse(["bench", "evidence", "--size", "3m", "--largest", "2m", "--data", folder]).InvokeAsync());
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Directory.Delete(folder);
    }

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
