using Jaga.Hashing;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>The same picture, however it was packed, has the same fingerprint.</summary>
public sealed class FormatsTests(Pool pool) : IClassFixture<Pool>
{
    private static readonly Pattern Picture = Pattern.Of(320, 240);

    /// <summary>Bits that an encoder's loss may cost; two pictures that have nothing in common are about 128 apart.</summary>
    private const int Near = 10;

    [Theory]
    [InlineData("jpeg", ".jpg[Q=90]")]
    [InlineData("jpeg", ".jpg[Q=85,interlace=true]")]
    [InlineData("jpeg", ".jpg[Q=90,subsample-mode=off]")]
    [InlineData("png", ".png")]
    [InlineData("png", ".png[interlace=true]")]
    [InlineData("png", ".png[palette=true]")]
    [InlineData("gif", ".gif")]
    [InlineData("webp", ".webp[Q=85]")]
    [InlineData("webp", ".webp[lossless=true]")]
    [InlineData("tiff", ".tif")]
    [InlineData("tiff", ".tif[compression=lzw,tile=true]")]
    [InlineData("tiff", ".tif[compression=jpeg,Q=90]")]
    [InlineData("tiff", ".tif[bigtiff=true,compression=deflate]")]
    [InlineData("heic", ".heic[Q=80]")]
    [InlineData("avif", ".avif[Q=80]")]
    public async Task A_picture_reads_the_same_in_every_format(string format, string ending)
    {
        var reading = await pool.Read(Picture.Vips(ending));

        Is(Picture, reading, format);
    }

    [Theory]
    [InlineData(".tif", "colourspace", "lab")]
    [InlineData(".tif", "colourspace", "scrgb")]
    [InlineData(".png", "colourspace", "rgb16")]
    [InlineData(".png", "bandjoin_const", "255")]
    [InlineData(".webp", "bandjoin_const", "255")]
    public async Task Depths_spaces_and_alpha_are_only_another_way_to_say_it(string ending, params string[] operation)
    {
        var reading = await pool.Read(Picture.Vips(ending, operation));

        Is(Picture, reading, reading.Format);
    }

    [Theory]
    [InlineData(".jpg", "b-w")]
    [InlineData(".png", "b-w")]
    [InlineData(".png", "grey16")]
    [InlineData(".tif", "grey16")]
    [InlineData(".webp", "b-w")]
    public async Task Grey_is_grey_however_many_bits_it_has(string ending, string space)
    {
        var grey = Pattern.Of(320, 240, 3, grey: true);

        var reading = await pool.Read(grey.Vips(ending, "colourspace", space));

        Is(grey, reading, reading.Format);
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".tif")]
    public async Task Inks_become_the_colours_that_they_print(string ending)
    {
        const int PrintableColoursOnly = 24; // bright colours have no ink; a picture not converted, or inverted, is above 100 away

        var reading = await pool.Read(Picture.Vips(ending, "colourspace", "cmyk"));

        Assert.Equal((MediaOutcome.Read, ""), (reading.Outcome, reading.Reason));
        Assert.InRange(reading.Pdq!.Value.Hash.DistanceTo(Picture.Pdq.Hash), 0, PrintableColoursOnly);
    }

    [Theory]
    [InlineData("bgr24")]
    [InlineData("bgra")]
    [InlineData("rgb565le")]
    [InlineData("rgb555le")]
    [InlineData("pal8")]
    [InlineData("gray")]
    public async Task Bitmaps_read_in_every_depth(string pixels)
    {
        var bmp = pixels == "pal8" ? Picture.Ffmpeg(".bmp", "-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none") : Picture.Ffmpeg(".bmp", "-pix_fmt", pixels);

        Is(Picture, await pool.Read(bmp), "bmp");
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".webp", "-lossless", "1")]
    public async Task What_is_transparent_is_laid_on_white(string ending, params string[] codec)
    {
        const string Left = "lt(X,W/2)";
        var clear = Picture.Ffmpeg(ending, ["-vf", $"format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if({Left},0,255)'", .. codec]);
        var white = Picture.Ffmpeg(".png", "-vf", $"format=rgb24,geq=r='if({Left},255,r(X,Y))':g='if({Left},255,g(X,Y))':b='if({Left},255,b(X,Y))'");

        var reading = await pool.Read(clear);

        Assert.Equal((MediaOutcome.Read, ""), (reading.Outcome, reading.Reason));
        Assert.Equal((await pool.Read(white)).Pdq, reading.Pdq);
        Assert.True(reading.Pdq!.Value.Hash.DistanceTo(Picture.Pdq.Hash) > 3 * Near);
    }

    [Fact]
    public async Task A_plain_surface_has_no_hash_and_the_reason_is_told()
    {
        var reading = await pool.Read(Picture.Vips(".png", "linear", "0", "255"));

        Assert.Equal((MediaOutcome.Read, "too plain for a perceptual hash: its quality is 0"), (reading.Outcome, reading.Reason));
        Assert.Null(reading.Pdq);
        Assert.Empty(reading.Dihedral);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_camera_on_its_side_takes_an_upright_picture(int orientation)
    {
        var jpeg = Picture.Vips(".jpg[Q=90]");
        var turned = Pattern.WithOrientation(jpeg, orientation);

        var reading = await pool.Read(turned);

        // libvips' own turning is the judge of ours.
        var upright = Picture.Vips(".png", orientation switch
        {
            2 => ["flip", "horizontal"],
            3 => ["rot", "d180"],
            4 => ["flip", "vertical"],
            6 => ["rot", "d90"],
            8 => ["rot", "d270"],
            _ => ["copy"],
        });
        var expected = await pool.Read(upright);
        Assert.Equal(MediaOutcome.Read, reading.Outcome);
        Assert.Equal(orientation >= 5 ? (240, 320) : (320, 240), (reading.Width, reading.Height));
        if (orientation is 5 or 7)
        {
            // A transposed picture: the mirrored turn, one of the eight that every reading has.
            Assert.Contains(reading.Dihedral, hash => hash.DistanceTo(Picture.Pdq.Hash) <= Near);
            Assert.True(reading.Pdq!.Value.Hash.DistanceTo(Picture.Pdq.Hash) > 2 * Near);
            return;
        }

        Assert.InRange(reading.Pdq!.Value.Hash.DistanceTo(expected.Pdq!.Value.Hash), 0, Near);
    }

    [Fact]
    public async Task A_picture_has_its_eight_turned_and_mirrored_hashes()
    {
        var reading = await pool.Read(Picture.Vips(".png"));

        var eight = new PdqHash[8];
        var quality = Pdq.HashAllRgb(Picture.Rgb, Picture.Width, Picture.Height, Picture.Width * 3, eight);
        Assert.Equal(eight, reading.Dihedral);
        Assert.Equal(new(eight[0], quality), reading.Pdq);
    }

    [Fact]
    public async Task Digests_are_of_the_bytes_as_they_came()
    {
        var file = Picture.Vips(".png");

        var reading = await pool.Read(file);

        Assert.Equal(Digests.Of(file), reading.Digests);
        Assert.Equal(file.Length, reading.Size);
    }

    private static void Is(Pattern picture, MediaReading reading, string format)
    {
        Assert.Equal((MediaOutcome.Read, ""), (reading.Outcome, reading.Reason));
        Assert.Equal((format, picture.Width, picture.Height, 1), (reading.Format, reading.Width, reading.Height, reading.FrameCount));
        Assert.InRange(reading.Pdq!.Value.Hash.DistanceTo(picture.Pdq.Hash), 0, Near);
        Assert.InRange(reading.Pdq!.Value.Quality, picture.Pdq.Quality - 5, 100);
        Assert.Equal(8, reading.Dihedral.Count);
        Assert.Equal(reading.Pdq.Value.Hash, reading.Dihedral[0]);
        Assert.Empty(reading.Frames);
    }

    [Theory]
    [InlineData("jpeg", "image/jpeg")]
    [InlineData("mp4", "video/mp4")]
    [InlineData("mov", "video/quicktime")]
    [InlineData("matroska", "video/matroska")]
    [InlineData("pdf", "application/pdf")]
    [InlineData("", "application/octet-stream")]
    public void What_is_kept_of_a_file_is_kept_under_its_own_media_type(string format, string type) =>
        Assert.Equal(type, new MediaReading { Outcome = MediaOutcome.Read, Reason = "", Format = format, Size = 1, Digests = Digests.Of([1]) }.MediaType);
}
