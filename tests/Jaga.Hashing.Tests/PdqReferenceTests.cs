using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

/// <summary>Conformance to the reference implementation, on vectors computed with it.</summary>
public class PdqReferenceTests(ITestOutputHelper output)
{
    private const int LowQuality = 50;

    [Fact]
    public void Grey_pictures_hash_as_with_the_reference() =>
        Compare(SharedData.Read("pdq", "luma", "expected.csv"), file => GreyPng.Read(SharedData.Path("pdq", "luma", file)), farthest: 2);

    [Fact]
    public void Turned_and_mirrored_copies_hash_as_with_the_reference()
    {
        var rows = SharedData.Read("pdq", "luma", "dihedral.csv");
        Assert.Equal(80, rows.Count);
        var eight = new PdqHash[Pdq.DihedralCount];
        foreach (var of in rows.Chunk(Pdq.DihedralCount))
        {
            var picture = GreyPng.Read(SharedData.Path("pdq", "luma", of[0].File));
            var quality = Pdq.HashAll(picture.Pixels, picture.Width, picture.Height, picture.Stride, eight);
            for (var variant = 0; variant < eight.Length; variant++)
            {
                Assert.InRange(of[variant].Hash.DistanceTo(eight[variant]), 0, 2);
                Assert.InRange(quality, of[variant].Quality - 1, of[variant].Quality + 1);
            }
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 2)]
    public void Edits_of_the_bridge_hash_at_full_size_as_with_the_reference(int channels, int farthest) =>
        Compare(SharedData.Read("pdq", "bridge", "fullsize.csv"),
            file => TurboJpeg.Read(SharedData.Path("pdq", "bridge", file), channels), farthest);

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 2)]
    public void Photographs_hash_at_full_size_as_with_the_reference(int channels, int farthest) =>
        Compare(SharedData.Read("pdq", "photos-debian.fullsize.csv"),
            file => TurboJpeg.Read(SharedData.Path("photos", "debian", file), channels), farthest);

    [Fact]
    public void The_step_by_step_form_hashes_as_the_reference()
    {
        foreach (var row in SharedData.Read("pdq", "luma", "expected.csv").Where(row => row.Quality >= LowQuality).Take(30))
            Assert.InRange(FullFilterPdq.Hash(GreyPng.Read(SharedData.Path("pdq", "luma", row.File))).Hash.DistanceTo(row.Hash), 0, 2);
    }

    private void Compare(IReadOnlyList<SharedData.Expected> rows, Func<string, Picture> read, int farthest)
    {
        Assert.NotEmpty(rows);
        var distances = new List<int>();
        foreach (var row in rows)
        {
            var (hash, quality) = read(row.File).Hash();
            Assert.True(Math.Abs(quality - row.Quality) <= 1, $"{row.File}: quality {quality}, the reference has {row.Quality}");
            if (row.Quality < LowQuality)
                continue;
            distances.Add(hash.DistanceTo(row.Hash));
            Assert.True(distances[^1] <= farthest, $"{row.File}: {distances[^1]} bits from the reference, at most {farthest} are allowed");
        }
        output.WriteLine($"{distances.Count} compared; bits: mean {distances.Average():F3}, most {distances.Max()}, "
            + $"equal {distances.Count(distance => distance == 0)}");
    }
}
