using Jaga.Media;
using Jaga.Media.Decoding;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>The same picture, whatever its numbers mean by colour, has the same fingerprint.</summary>
public sealed class ColourTests(Pool pool) : IClassFixture<Pool>
{
    private const int Near = 10;
    private static readonly Pattern Picture = Pattern.Of(320, 240);

    [Theory]
    [InlineData("adobe", true)]
    [InlineData("p3", false)]
    [InlineData("prophoto", true)]
    [InlineData("linear", true)]
    [InlineData("swapped", true)]
    public void Only_a_profile_that_changes_the_picture_matters(string profile, bool matters) =>
        Assert.Equal(matters, ColourProfile.Matters(Icc.Of(profile)));

    [Theory]
    [InlineData("adobe", ".jpg[Q=92]")]
    [InlineData("p3", ".jpg[Q=92]")]
    [InlineData("p3", ".webp[Q=92]")]
    [InlineData("prophoto", ".jpg[Q=92]")]
    [InlineData("linear", ".jpg[Q=92]")]
    [InlineData("linear", ".png")]
    [InlineData("swapped", ".jpg[Q=92]")]
    [InlineData("swapped", ".png")]
    [InlineData("swapped", ".tif")]
    [InlineData("swapped", ".webp[lossless=true]")]
    public async Task Every_profile_shows_the_same_picture(string profile, string ending)
    {
        var reading = await pool.Read(Converted(Icc.Of(profile), ending));

        Is(reading);
    }

    [Theory]
    [InlineData(".jpg[Q=92]")]
    [InlineData(".jpg[Q=92,strip=true]")]
    [InlineData(".tif")]
    public async Task Inks_with_their_profile_and_without_are_the_picture_that_they_print(string ending)
    {
        var reading = await pool.Read(Picture.Vips(ending, "icc_transform", "cmyk", "--input-profile", "srgb"));

        Is(reading);
    }

    [Fact]
    public async Task Inks_turned_into_luma_and_chroma_are_inks()
    {
        var inks = Picture.Vips(".raw", "icc_transform", "cmyk", "--input-profile", "srgb");

        var reading = await pool.Read(Ycck.Encode(inks, Picture.Width, Picture.Height));

        Is(reading);
    }

    [Fact]
    public async Task A_broken_profile_breaks_no_picture()
    {
        var profile = Icc.Of("swapped");
        var jpeg = Converted(profile, ".jpg[Q=92,strip=true]");
        profile.AsSpan(128 + 4 + 12 * 6).Fill(0xff); // its tone curves are nowhere
        byte[] broken = [0xff, 0xd8, 0xff, 0xe2, (byte)((profile.Length + 16) >> 8), (byte)(profile.Length + 16), .. "ICC_PROFILE\0\x1\x1"u8, .. profile, .. jpeg[2..]];

        var reading = await pool.Read(broken);

        Assert.Equal(MediaOutcome.Read, reading.Outcome);
        Assert.NotNull(reading.Pdq);
    }

    [Theory]
    [InlineData("monob", 24)] // two shades, dithered
    [InlineData("gray", Near)]
    [InlineData("gray16be", Near)]
    [InlineData("ya8", Near)]
    [InlineData("ya16be", Near)]
    [InlineData("rgba64be", Near)]
    public async Task Many_shades_or_few_show_the_same_picture(string pixels, int near)
    {
        var grey = Pattern.Of(320, 240, 3, grey: true);

        var reading = await pool.Read(grey.Ffmpeg(".png", "-pix_fmt", pixels));

        Assert.Equal((MediaOutcome.Read, ""), (reading.Outcome, reading.Reason));
        Assert.InRange(reading.Pdq!.Value.Hash.DistanceTo(grey.Pdq.Hash), 0, near);
    }

    private static byte[] Converted(byte[] profile, string ending)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, profile);
            return Picture.Vips(ending, "icc_transform", file, "--input-profile", "srgb");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Is(MediaReading reading)
    {
        Assert.Equal((MediaOutcome.Read, ""), (reading.Outcome, reading.Reason));
        Assert.InRange(reading.Pdq!.Value.Hash.DistanceTo(Picture.Pdq.Hash), 0, Near);
        TestContext.Current.TestOutputHelper!.WriteLine($"{reading.Pdq!.Value.Hash.DistanceTo(Picture.Pdq.Hash)} bits");
    }
}
