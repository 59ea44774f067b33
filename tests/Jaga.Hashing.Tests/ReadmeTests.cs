using System.Globalization;
using System.Runtime.CompilerServices;
using Jaga.Hashing.Tests.Samples;
using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

/// <summary>The README's sample: the same as the one that is compiled, and run.</summary>
public class ReadmeTests
{
    [Fact]
    public void The_sample_finds_a_mirrored_copy_of_what_was_banked()
    {
        var luma = GeneratedPictures.Ellipses(640, 480, seed: 30).Pixels;
        byte[] upload = [.. luma.Chunk(640).SelectMany(row => row.Reverse())];
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Readme.Run(luma, upload, output);
        Assert.Matches($"^7 is [0-9]{{1,2}} bits away: {Pdq.Hash(luma, 640, 480, 640).Hash}\\s*$", output.ToString());
    }

    [Fact]
    public void The_sample_in_the_README_is_the_one_that_is_compiled()
    {
        var compiled = Between(Text("Samples/Readme.cs"), "        // The sample begins.\n", "        // The sample ends.\n")
            .Split('\n').Select(line => line.Length == 0 ? line : line[8..]);
        var shown = Between(Text("../../src/Jaga.Hashing/README.md"), "```csharp\nusing Jaga.Hashing;\n\n", "```");
        Assert.Equal(shown, string.Join('\n', compiled));
    }

    private static string Between(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return text[start..text.IndexOf(to, start, StringComparison.Ordinal)];
    }

    private static string Text(string path, [CallerFilePath] string here = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, path));
}
