#pragma warning disable IDE0007, IDE0011, CA1303 // As it stands in the README: types are told to whoever does not know them.
namespace Jaga.Hashing.Tests.Samples;

/// <summary>The README's sample, between the lines that say so; a test holds the two against each other.</summary>
internal static class Readme
{
    internal static void Run(byte[] luma, byte[] upload, TextWriter Console)
    {
        // The sample begins.
        // 8-bit luma, rows from the top; any decoder will do. HashRgb takes red, green and blue.
        PdqFingerprint banked = Pdq.Hash(luma, width: 640, height: 480, stride: 640);

        var index = new HammingIndex();
        if (banked.Quality >= 50)
            index.Add(banked.Hash, value: 7); // the value is yours: a row's number, say

        var eight = new PdqHash[Pdq.DihedralCount];
        Pdq.HashAll(upload, width: 640, height: 480, stride: 640, eight);
        foreach (PdqHash hash in eight)
            foreach (Neighbour near in index.Find(hash, radius: 31))
                Console.WriteLine($"{near.Value} is {near.Distance} bits away: {near.Hash}");
        // The sample ends.
    }
}
