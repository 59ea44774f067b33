using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>What people look at is made anew from pixels.</summary>
public sealed class DerivativesTests(Pool pool) : IClassFixture<Pool>
{
    [Theory]
    [InlineData(".jpg[Q=90]")]
    [InlineData(".png")]
    [InlineData(".avif")]
    public async Task A_view_is_the_picture_and_never_the_file(string ending)
    {
        var picture = Pattern.Of(1600, 900, 2);
        var file = picture.Vips(ending);

        var reading = await pool.Read(file, MediaWish.Derivatives);
        var view = await pool.Read(reading.View!);

        Assert.Equal(("jpeg", 1280, 720, MediaOutcome.Read), (view.Format, view.Width, view.Height, view.Outcome));
        Assert.InRange(view.Pdq!.Value.Hash.DistanceTo(picture.Pdq.Hash), 0, 10);
        Assert.False(reading.View.AsSpan().IndexOf("Exif"u8) >= 0, "no camera's data goes with it");
    }

    [Fact]
    public async Task A_preview_is_small_grey_and_blurred()
    {
        var picture = Pattern.Of(1600, 900, 2);

        var reading = await pool.Read(picture.Vips(".png"), MediaWish.Derivatives);
        var preview = await pool.Read(reading.Preview!);

        Assert.Equal(("jpeg", 256, 144, MediaOutcome.Read), (preview.Format, preview.Width, preview.Height, preview.Outcome));
        Assert.Equal(1, Components(reading.Preview!));
        Assert.True(preview.Pdq!.Value.Quality < reading.Pdq!.Value.Quality, "what is blurred has less to hash");
    }

    [Fact]
    public async Task A_small_picture_is_not_blown_up()
    {
        var reading = await pool.Read(Pattern.Of(100, 60).Vips(".png"), MediaWish.Derivatives);

        Assert.Equal((100, 60), Size(await pool.Read(reading.View!)));
        Assert.Equal((100, 60), Size(await pool.Read(reading.Preview!)));
    }

    [Fact]
    public async Task A_picture_on_its_side_is_shown_upright()
    {
        var lying = Pattern.WithOrientation(Pattern.Of(200, 100).Vips(".jpg[strip]"), 6);

        var reading = await pool.Read(lying, MediaWish.Derivatives);

        Assert.Equal((100, 200), Size(await pool.Read(reading.View!)));
    }

    [Fact]
    public async Task Fingerprints_are_the_same_whatever_is_wished()
    {
        var file = Pattern.Of(640, 480).Vips(".jpg");

        var plain = await pool.Read(file);
        var derived = await pool.Read(file, MediaWish.Derivatives);

        Assert.Equal(plain.Dihedral, derived.Dihedral);
        Assert.Null(plain.View);
        Assert.Null(plain.Preview);
    }

    [Fact]
    public async Task A_reading_says_what_it_is_without_showing_it()
    {
        var reading = await pool.Read(Pattern.Of(100, 60).Vips(".png"), MediaWish.Derivatives);

        Assert.Equal($"png 100×60, {reading.Size} bytes: Read", reading.ToString());
    }

    private static (int, int) Size(MediaReading reading) => (reading.Width, reading.Height);

    /// <summary>Channels by the frame header (ITU-T T.81 B.2.2).</summary>
    private static int Components(byte[] jpeg)
    {
        var at = 2;
        while (jpeg[at + 1] is not (0xc0 or 0xc1 or 0xc2))
        {
            at += 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
        }

        return jpeg[at + 9];
    }
}
