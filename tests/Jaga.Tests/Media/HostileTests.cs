using System.Text;
using Jaga.Hashing;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>Whatever the bytes are, they get an outcome with a name, and the next picture is read.</summary>
public sealed class HostileTests(Pool pool) : IClassFixture<Pool>
{
    private static readonly Pattern Picture = Pattern.Of(320, 240, 5);

    [Fact]
    public async Task Nothing_is_not_a_picture()
    {
        var reading = await pool.Read([]);

        Assert.Equal((MediaOutcome.NotMedia, "the file is empty"), (reading.Outcome, reading.Reason));
        Assert.Equal("d41d8cd98f00b204e9800998ecf8427e", reading.Digests.Md5.ToString());
    }

    [Theory]
    [InlineData("<html><body>a page</body></html>", MediaOutcome.NotMedia)]
    [InlineData("PK\u0003\u0004 an archive", MediaOutcome.NotMedia)]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", MediaOutcome.Unsupported)]
    [InlineData("%PDF-1.7 a document", MediaOutcome.Unsupported)]
    [InlineData("GIF89a and then nothing", MediaOutcome.Corrupt)]
    [InlineData("GIF89a", MediaOutcome.Truncated)]
    [InlineData("BM", MediaOutcome.NotMedia)]
    public async Task What_only_pretends_is_named(string text, MediaOutcome outcome)
    {
        var reading = await pool.Read(Encoding.Latin1.GetBytes(text));

        Assert.Equal(outcome, reading.Outcome);
        Assert.NotEmpty(reading.Reason);
        Assert.Null(reading.Pdq);
    }

    [Fact]
    public async Task A_picture_that_promises_too_many_pixels_is_refused_by_its_header()
    {
        foreach (var bomb in new[] { Forged.Png(30_000, 30_000, bits: 1), Forged.PngHeader(2_000_000, 1_000_000), Forged.JpegHeader(65_500, 65_500), Forged.GifHeader(), Forged.BmpHeader() })
        {
            var reading = await pool.Read(bomb);

            // A decoder may find the header itself impossible, which is as good.
            Assert.True(reading.Outcome is MediaOutcome.TooManyPixels or MediaOutcome.Corrupt, $"{reading.Format}: {reading.Outcome} {reading.Reason}");
            Assert.Null(reading.Pdq);
        }

        Assert.Equal(MediaOutcome.TooManyPixels, (await pool.Read(Forged.Png(10_000, 10_000))).Outcome);
        Assert.Equal(MediaOutcome.Read, (await pool.Read(Forged.Png(5_000, 5_000))).Outcome);
    }

    [Theory]
    [InlineData(".jpg[Q=90]", true)]
    [InlineData(".png", true)]
    [InlineData(".gif", true)]
    [InlineData(".tif", false)] // its directory stands at the end
    [InlineData(".webp", false)]
    [InlineData(".heic", false)]
    [InlineData(".avif", false)]
    public async Task A_file_cut_off_is_told_from_a_damaged_one_and_shows_what_it_has(string ending, bool shows)
    {
        var whole = Picture.Vips(ending);

        var reading = await pool.Read(whole[..(whole.Length * 9 / 10)]);

        Assert.Equal(MediaOutcome.Truncated, reading.Outcome);
        Assert.NotEmpty(reading.Reason);
        Assert.Equal(shows, reading.Pdq is not null);
        if (reading.Pdq is { } pdq)
        {
            // Nine tenths of a picture are still that picture.
            Assert.InRange(pdq.Hash.DistanceTo(Picture.Pdq.Hash), 0, 60);
        }
    }

    [Fact]
    public async Task A_picture_too_small_to_hash_has_no_hash_of_zeros()
    {
        var reading = await pool.Read(Forged.Png(4, 400), MediaWish.Derivatives);

        Assert.Equal((MediaOutcome.Read, "too small for a perceptual hash"), (reading.Outcome, reading.Reason));
        Assert.Null(reading.Pdq);
        Assert.Empty(reading.Dihedral);
        Assert.NotNull(reading.View);
    }

    [Fact]
    public async Task A_bitmap_cut_off_shows_what_it_has()
    {
        var whole = Picture.Ffmpeg(".bmp", "-pix_fmt", "bgr24");

        var reading = await pool.Read(whole[..(whole.Length * 9 / 10)]);

        Assert.Equal(MediaOutcome.Truncated, reading.Outcome);
        Assert.NotNull(reading.Pdq);
    }

    [Fact]
    public async Task A_damaged_file_is_corrupt_and_shows_what_it_has()
    {
        var damaged = Picture.Vips(".png");
        damaged.AsSpan(damaged.Length / 2, 8).Fill(0x55);

        var reading = await pool.Read(damaged);

        Assert.Equal(MediaOutcome.Corrupt, reading.Outcome);
        Assert.NotNull(reading.Pdq);
    }

    [Fact]
    public async Task A_file_of_too_many_bytes_gets_digests_only()
    {
        using var reader = Pool.With(new() { MaxBytes = 1024 });
        var file = Picture.Vips(".png");

        var reading = await reader.Read(file, MediaWish.Fingerprint, default);

        Assert.Equal((MediaOutcome.TooLarge, "png"), (reading.Outcome, reading.Format));
        Assert.Equal(Digests.Of(file), reading.Digests);
    }

    [Fact]
    public async Task A_picture_that_wants_too_much_memory_is_named_so()
    {
        using var reader = Pool.With(new() { Memory = 256 * 1024 * 1024, MaxPixels = 200_000_000 });

        var reading = await reader.Read(Forged.Png(12_000, 12_000, colour: 2), MediaWish.Fingerprint, default);

        Assert.Equal(MediaOutcome.OutOfMemory, reading.Outcome);
        Assert.Equal(MediaOutcome.Read, (await reader.Read(Picture.Vips(".png"), MediaWish.Fingerprint, default)).Outcome);
    }

    [Fact]
    public async Task Every_hostile_file_gets_a_named_outcome()
    {
        var files = new[] { "generated", "images", "pngsuite" }
            .SelectMany(folder => Directory.EnumerateFiles(SharedData.Path("hostile", folder), "*", SearchOption.AllDirectories)).Order().ToList();
        var outcomes = new SortedDictionary<MediaOutcome, int>();

        foreach (var file in files)
        {
            var reading = await pool.Read(File.ReadAllBytes(file), MediaWish.Derivatives);

            Assert.True(Enum.IsDefined(reading.Outcome) && reading.Outcome != MediaOutcome.Unavailable, $"{file}: {reading.Outcome} {reading.Reason}");
            Assert.True(reading.Outcome == MediaOutcome.Read || reading.Reason.Length > 0, file);
            outcomes[reading.Outcome] = outcomes.GetValueOrDefault(reading.Outcome) + 1;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{files.Count} files: {string.Join(", ", outcomes.Select(o => $"{o.Value} {o.Key}"))}");
        Assert.Equal(MediaOutcome.Read, (await pool.Read(Picture.Vips(".png"))).Outcome);
    }
}
