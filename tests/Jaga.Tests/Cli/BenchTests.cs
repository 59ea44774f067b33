using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Cli;

/// <summary><c>jaga bench</c>, as a process.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-bench-").FullName;

    [Fact]
    public async Task Robustness_alters_pictures_and_tells_which_share_is_still_found()
    {
        File.WriteAllBytes(Path.Combine(_folder, "bridge.png"), Pattern.Of(320, 240, seed: 5).Vips(".png"));
        File.WriteAllBytes(Path.Combine(_folder, "tower.png"), Pattern.Of(300, 200, seed: 6).Vips(".png"));

        var result = await JagaProcess.Run(_folder, "bench", "robustness", ".");

        Assert.Equal(0, result.Exit);
        Assert.Equal("alteration,how much,found,\"found, turned and mirrored too\",median distance", result.Lines[0]);
        Assert.Contains("other format,PNG,100.0 %,100.0 %,0", result.Lines);
        Assert.Contains(result.Lines, l => l.StartsWith("turned,90°,0.0 %,100.0 %,", StringComparison.Ordinal));
        Assert.Contains(result.Lines, l => l.StartsWith("two different photographs,1 pairs,0.0 %,0.0 %,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_asks_a_server_of_its_own_and_finds_every_planted_copy()
    {
        var result = await JagaProcess.Run(_folder, "bench", "check", "--signals", "3000", "--seconds", "0.2", "--clients", "2");

        Assert.Equal(0, result.Exit);
        Assert.Equal("work,clients,a second,p50 ms,p99 ms,beside it", result.Lines[0]);
        Assert.Contains(result.Lines, l => l.StartsWith("planted near copies found,1,,,,\"1000 of 1000,", StringComparison.Ordinal));
        Assert.Contains(result.Lines, l => l.StartsWith("\"check by hash, half of the highest load\",2,", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
