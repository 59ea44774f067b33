using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace Jaga.Hashing.Tests;

/// <summary>The suite again, in a child whose processor has fewer instructions: the same hashes and neighbours everywhere.</summary>
public class InstructionSetTests
{
    private const string Child = "JAGA_FEWER_INSTRUCTIONS";

    // The short run takes what is quickest of what uses vectors; the long one everything.
    private static readonly string[] Short =
    [
        "*.Generated_pictures_keep_their_hashes", "*.The_hashes_of_turned_copies_are_near_the_hashes_of_the_turned_pixels",
        "*.Vectors_and_scalars_find_the_same_tags_near", "*.Many_queries_at_once_find_what_each_finds_alone", "*.A_child_has_no_wider_vectors_than_it_should",
    ];

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public async Task The_same_is_computed_with_fewer_instructions(string switchedOff, int widest)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Child) is not null, "This is such a child.");
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(InstructionSetTests).Assembly.Location);
        var isLong = Environment.GetEnvironmentVariable("JAGA_LONG") == "1";
        foreach (var argument in (string[])["--no-progress", "--no-ansi", .. isLong ? [] : Short.SelectMany(method => (string[])["--filter-method", method])])
            start.ArgumentList.Add(argument);
        start.Environment[switchedOff] = "0";
        start.Environment[Child] = widest.ToString(CultureInfo.InvariantCulture);
        start.Environment["JAGA_LONG"] = "0";
        using var child = Process.Start(start)!;
        var says = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(child.ExitCode == 0, says);
        Assert.DoesNotContain("succeeded: 0", says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_has_no_wider_vectors_than_it_should()
    {
        Assert.SkipUnless(int.TryParse(Environment.GetEnvironmentVariable(Child), out var widest), "This is no child.");
        Assert.False(Vector512.IsHardwareAccelerated && widest < 512, "512 bits");
        Assert.False(Vector256.IsHardwareAccelerated && widest < 256, "256 bits");
        Assert.False(Vector128.IsHardwareAccelerated && widest < 128, "128 bits");
    }
}
