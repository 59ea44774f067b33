using FsCheck;
using FsCheck.Fluent;
using Jaga.Hashing.Tests.Support;

namespace Jaga.Hashing.Tests;

public class PdqTests
{
    /// <summary>Hashes that were equal to the step-by-step form's when they were written down.</summary>
    public static TheoryData<string, int, int, string, int> OwnVectors => new()
    {
        { "gradient", 512, 512, "6b4ad6d2a4924db59b347575cac59cab735ac6921d367ce4818c1e39e1e11707", 2 },
        { "gradient", 97, 301, "2b4a525a96d26d96db353775ee559cab314ae6920d367a64c18c1e39f1e10707", 23 },
        { "ellipses", 5, 5, "d6b53b0e294ac0f0ce739b26c67164d9318c3e0fd6b53b0e294ac1f0ce739b26", 100 },
        { "ellipses", 64, 64, "4a5324e5dfc691df8bd3e42999b475a3925b6b04da5465b8d54bc4e9a48c48d6", 100 },
        { "ellipses", 128, 129, "5a5b35f4db42819f1adb2429dde475ebb2db6a24d25065b8b54b44e9a48c48d6", 100 },
        { "ellipses", 512, 384, "525b20fd4b46819e0adba43999e475ab92db6ba5d25465b8b54f25e9b48c48d6", 100 },
        { "ellipses", 640, 480, "425b30fd4b46819e0adba4391de475ab92db6ba4da5465b8b54f25e9b48c48d6", 100 },
        { "ellipses", 2560, 300, "425b20f54bc681de0ad3a4399de475ab92db6ba4da5465b8b54f25e9b48c48d6", 100 },
        { "noise", 130, 70, "786be69112e21b01c1e37a5906e328f56a420d86d98f317fb3d49f95eb0a8df4", 100 },
        { "noise", 500, 333, "ccaa3dab038bd775058ce03cf8f6303cf27e42941fc7cfe11f05540d66598f28", 100 },
        { "coloured ellipses", 317, 512, "138f1846a3e4030f3876b0e4c7c932cc78b400e3c38b3c96cef1cf6f4a1fbcf3", 100 },
        { "coloured ellipses", 33, 700, "438f1896abf4078f39763064c7c9038c78b40043d30b2496faf1ed6f4b1fbc7b", 100 },
    };

    [Theory]
    [MemberData(nameof(OwnVectors))]
    public void Generated_pictures_keep_their_hashes(string kind, int width, int height, string hash, int quality)
    {
        var picture = Make(kind, width, height);
        Assert.Equal(new PdqFingerprint(PdqHash.Parse(hash), quality), picture.Hash());
        Assert.Equal(new PdqFingerprint(PdqHash.Parse(hash), quality), FullFilterPdq.Hash(picture));
    }

    // Below 64 pixels a side rows repeat and some coefficients are zero but for rounding: their bits are anyone's.
    [Fact]
    public void Any_picture_hashes_as_the_step_by_step_form_does()
    {
        Prop.ForAll(Sizes(PdqBands.Samples, 300), size =>
        {
            var picture = GeneratedPictures.Ellipses(size.Width, size.Height, seed: (uint)(size.Width * 1000 + size.Height));
            var (fast, slow) = (picture.Hash(), FullFilterPdq.Hash(picture));
            return fast.Hash.DistanceTo(slow.Hash) <= 2 && Math.Abs(fast.Quality - slow.Quality) <= 1;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25).WithQuietOnSuccess(true));
    }

    [Fact]
    public void Vectors_and_scalars_give_the_same_bits()
    {
        Prop.ForAll(Sizes(5, 3000), size =>
        {
            var height = Math.Min(size.Height, 150_000 / size.Width + Pdq.MinimumSide);
            foreach (var (wide, high) in new[] { (size.Width, height), (height, size.Width) })
                foreach (var channels in new[] { 1, 3 })
                {
                    var picture = GeneratedPictures.Noise(wide, high, seed: (uint)(wide + high), channels);
                    if (picture.Hash() != picture.HashScalar())
                        return false;
                }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithQuietOnSuccess(true));
    }

    [Fact]
    public void Padding_after_a_row_does_not_change_the_hash()
    {
        var picture = GeneratedPictures.Ellipses(203, 151, seed: 9);
        var padded = Enumerable.Repeat((byte)255, 151 * 256).ToArray();
        for (var y = 0; y < 151; y++)
            picture.Pixels.AsSpan(y * 203, 203).CopyTo(padded.AsSpan(y * 256));
        Assert.Equal(picture.Hash(), Pdq.Hash(padded, 203, 151, 256));
        Assert.Equal(picture.Hash(), Pdq.Hash(padded.AsSpan(0, 150 * 256 + 203), 203, 151, 256));
    }

    [Fact]
    public void Grey_in_three_colours_hashes_as_grey()
    {
        var grey = GeneratedPictures.Ellipses(320, 200, seed: 4);
        var colour = new Picture([.. grey.Pixels.SelectMany(shade => new[] { shade, shade, shade })], 320, 200, Channels: 3);
        Assert.InRange(grey.Hash().Hash.DistanceTo(colour.Hash().Hash), 0, 2);
        Assert.Equal(grey.Hash().Quality, colour.Hash().Quality);
    }

    [Fact]
    public void The_hashes_of_turned_copies_are_near_the_hashes_of_the_turned_pixels()
    {
        var picture = GeneratedPictures.Ellipses(512, 512, seed: 12);
        var eight = new PdqHash[Pdq.DihedralCount];
        Assert.Equal(picture.Hash().Quality, Pdq.HashAll(picture.Pixels, 512, 512, 512, eight));
        Assert.Equal(picture.Hash().Hash, eight[(int)Dihedral.Original]);
        Assert.Equal(Pdq.DihedralCount, eight.Distinct().Count());

        foreach (var (variant, turn) in new (Dihedral, Func<int, int, (int, int)>)[]
        {
            (Dihedral.FlipX, (x, y) => (x, 511 - y)),
            (Dihedral.FlipY, (x, y) => (511 - x, y)),
            (Dihedral.Rotate180, (x, y) => (511 - x, 511 - y)),
            (Dihedral.FlipPlus1, (x, y) => (y, x)),
        })
        {
            var turned = new byte[512 * 512];
            for (var y = 0; y < 512; y++)
                for (var x = 0; x < 512; x++)
                {
                    var (toX, toY) = turn(x, y);
                    turned[toY * 512 + toX] = picture.Pixels[y * 512 + x];
                }
            var distance = Pdq.Hash(turned, 512, 512, 512).Hash.DistanceTo(eight[(int)variant]);
            Assert.True(distance <= 16, $"{variant}: {distance} bits");
        }
    }

    [Fact]
    public void A_plain_surface_has_no_quality() => Assert.Equal(0, GeneratedPictures.Plain(100, 80, 130).Hash().Quality);

    [Theory]
    [InlineData(4, 400)]
    [InlineData(400, 4)]
    [InlineData(0, 0)]
    public void A_picture_below_the_least_side_has_the_hash_of_zeros_and_no_quality(int width, int height)
    {
        var eight = new PdqHash[Pdq.DihedralCount];
        eight.AsSpan().Fill(PdqHash.Parse(new string('f', 64)));
        var pixels = new byte[width * height];
        Assert.Equal(default, Pdq.Hash(pixels, width, height, width));
        Assert.Equal(0, Pdq.HashAll(pixels, width, height, width, eight));
        Assert.All(eight, hash => Assert.Equal(default, hash));
    }

    [Theory]
    [InlineData(99, 10, 10, 10)]
    [InlineData(100, 10, 10, 9)]
    [InlineData(100, 10, 10, 11)]
    [InlineData(0, 10, int.MaxValue, int.MaxValue)]
    [InlineData(100, -1, 10, 10)]
    [InlineData(100, 10, -1, 10)]
    public void Sides_that_the_bytes_do_not_hold_are_refused(int bytes, int width, int height, int stride) =>
        Assert.ThrowsAny<ArgumentException>(() => Pdq.Hash(new byte[bytes], width, height, stride));

    [Fact]
    public void Room_for_fewer_than_eight_copies_is_refused() =>
        Assert.Throws<ArgumentException>(() => Pdq.HashAll(new byte[100], 10, 10, 10, new PdqHash[7]));

    private static Picture Make(string kind, int width, int height) => kind switch
    {
        "gradient" => GeneratedPictures.Gradient(width, height),
        "ellipses" => GeneratedPictures.Ellipses(width, height, seed: 1),
        "noise" => GeneratedPictures.Noise(width, height, seed: 2),
        "coloured ellipses" => GeneratedPictures.ColouredEllipses(width, height, seed: 3),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of picture."),
    };

    private static Arbitrary<(int Width, int Height)> Sizes(int from, int to) =>
        Gen.Choose(from, to).Two().Select(pair => (pair.Item1, pair.Item2)).ToArbitrary();
}
