using Jaga.Hashing;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>A picture that moves shows several pictures, and each counts.</summary>
public sealed class AnimationTests(Pool pool) : IClassFixture<Pool>
{
    private static readonly Pattern First = Pattern.Of(160, 120, 1), Second = Pattern.Of(160, 120, 2), Third = Pattern.Of(160, 120, 3);

    [Theory]
    [InlineData(".gif")]
    [InlineData(".webp")]
    [InlineData(".png")]
    public async Task Every_frame_has_its_fingerprint_and_equal_ones_are_folded(string ending)
    {
        var file = Pattern.Animation(ending, [First, Second, First, Third, Second, First], ending == ".webp" ? ["-lossless", "1"] : ending == ".png" ? ["-f", "apng"] : ["-vf", "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=none"]);

        var reading = await pool.Read(file);

        Assert.Equal((MediaOutcome.Read, ending[1..], 6), (reading.Outcome, reading.Format, reading.FrameCount));
        Assert.Equal((160, 120), (reading.Width, reading.Height));
        Assert.Equal([(0, 3, 0), (1, 2, 0.1), (3, 1, 0.3)], reading.Frames.Select(f => (f.Number, f.Seen, Math.Round(f.Seconds, 3))));
        Assert.All(reading.Frames.Zip([First, Second, Third]), pair => Assert.InRange(pair.First.Pdq.Hash.DistanceTo(pair.Second.Pdq.Hash), 0, 12));
        Assert.InRange(reading.Frames[0].Pdq.Hash.DistanceTo(reading.Pdq!.Value.Hash), 0, ending == ".png" ? 4 : 0); // two decoders, two roundings
    }

    [Fact]
    public async Task A_sequence_in_an_avif_file_is_read_to_its_last_frame()
    {
        var file = Pattern.Animation(".avif", [First, Second], "-c:v", "libaom-av1", "-cpu-used", "8", "-crf", "10");

        var reading = await pool.Read(file);

        Assert.Equal((MediaOutcome.Read, "avif", 2), (reading.Outcome, reading.Format, reading.FrameCount));
        Assert.InRange(reading.Pdq!.Value.Hash.DistanceTo(First.Pdq.Hash), 0, 16);
        Assert.InRange(reading.Frames[1].Pdq.Hash.DistanceTo(Second.Pdq.Hash), 0, 16);
    }

    [Fact]
    public async Task A_moving_png_is_laid_on_white_in_every_frame()
    {
        var clear = Pattern.Animation(".png", [First, Second], ["-f", "apng", "-vf", "format=rgba,colorchannelmixer=aa=0"]);

        var reading = await pool.Read(clear);

        Assert.Equal((MediaOutcome.Read, 2), (reading.Outcome, reading.FrameCount));
        Assert.Equal(0, Assert.Single(reading.Frames).Pdq.Quality);
    }

    [Fact]
    public async Task A_moving_png_has_no_more_frames_read_than_others()
    {
        using var reader = Pool.With(new() { MaxFrames = 2 });

        var reading = await reader.Read(Pattern.Animation(".png", [First, Second, Third], ["-f", "apng"]), MediaWish.Fingerprint, default);

        Assert.Equal((MediaOutcome.TooManyFrames, "its first 2 frames were read", 2), (reading.Outcome, reading.Reason, reading.FrameCount));
        Assert.NotNull(reading.Pdq);
    }

    [Fact]
    public async Task Pages_of_a_document_count_as_frames()
    {
        var reading = await pool.Read(Pattern.Animation(".tif", [First]).Length > 0 ? TwoPages() : []);

        Assert.Equal((MediaOutcome.Read, 2), (reading.Outcome, reading.FrameCount));
        Assert.Equal([0, 1], reading.Frames.Select(f => f.Number));
        Assert.True(reading.Frames[0].Pdq.Hash.DistanceTo(reading.Frames[1].Pdq.Hash) > 60);
    }

    [Fact]
    public async Task What_has_more_frames_than_are_read_is_never_plainly_read()
    {
        using var reader = Pool.With(new() { MaxFrames = 4 });
        var file = Pattern.Animation(".gif", [First, Second, Third, First, Second, Third]);

        var reading = await reader.Read(file, MediaWish.Fingerprint, default);

        Assert.Equal((MediaOutcome.TooManyFrames, "4 of its 6 frames were read"), (reading.Outcome, reading.Reason));
        Assert.Equal(4, reading.Frames.Sum(f => f.Seen));
        Assert.NotNull(reading.Pdq);
    }

    [Fact]
    public async Task What_has_more_pixels_in_all_frames_than_are_read_is_never_plainly_read()
    {
        using var reader = Pool.With(new() { MaxPixels = 160 * 120, MaxFramePixels = 160 * 120 * 3 });
        var file = Pattern.Animation(".gif", [First, Second, Third, First, Second, Third]);

        var reading = await reader.Read(file, MediaWish.Fingerprint, default);

        Assert.Equal((MediaOutcome.TooManyFrames, "3 of its 6 frames were read"), (reading.Outcome, reading.Reason));
    }

    /// <summary>The toilet roll of libvips: a tall picture, saved with a page height, is a file of pages.</summary>
    private static byte[] TwoPages()
    {
        var tall = Pattern.Of(160, 240, 4);
        return tall.Vips(".tif[page-height=120]");
    }
}
