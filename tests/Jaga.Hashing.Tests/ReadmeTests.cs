using System.Globalization;
using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

/// <summary>The README's sample, run.</summary>
public class ReadmeTests
{
    [Fact]
    public void The_sample_finds_a_mirrored_copy_of_what_was_banked()
    {
        var luma = GeneratedPictures.Ellipses(640, 480, seed: 30).Pixels;
        byte[] upload = [.. luma.Chunk(640).SelectMany(row => row.Reverse())];
        using var output = new StringWriter(CultureInfo.InvariantCulture);

        PdqFingerprint banked = Pdq.Hash(luma, width: 640, height: 480, stride: 640);

        var index = new HammingIndex();
        if (banked.Quality >= 50)
            index.Add(banked.Hash, value: 7);

        var eight = new PdqHash[Pdq.DihedralCount];
        Pdq.HashAll(upload, width: 640, height: 480, stride: 640, eight);
        foreach (PdqHash hash in eight)
            foreach (Neighbour near in index.Find(hash, radius: 31))
                output.WriteLine($"{near.Value} is {near.Distance} bits away: {near.Hash}");

        Assert.Matches($"^7 is [0-9]{{1,2}} bits away: {banked.Hash}\\s*$", output.ToString());
    }
}
