using System.Globalization;
using Jaga.Hashing;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>A video is a picture for every second.</summary>
public sealed class VideoTests(Pool pool) : IClassFixture<Pool>
{
    private static readonly Pattern First = Pattern.Of(320, 240, 1), Second = Pattern.Of(320, 240, 2);

    [Theory]
    [InlineData("mp4", ".mp4")]
    [InlineData("mov", ".mov")]
    [InlineData("matroska", ".mkv")]
    [InlineData("matroska", ".webm", "-c:v", "libvpx", "-b:v", "2M")]
    [InlineData("avi", ".avi", "-c:v", "mpeg4", "-q:v", "3")]
    [InlineData("flv", ".flv", "-c:v", "flv", "-q:v", "3")]
    [InlineData("mpegts", ".ts")]
    public async Task A_video_has_a_fingerprint_for_every_second(string format, string ending, params string[] codec)
    {
        var reading = await pool.Read(Video(ending, codec));

        Assert.Equal((MediaOutcome.Read, ""), (reading.Outcome, reading.Reason));
        Assert.Equal((format, 320, 240), (reading.Format, reading.Width, reading.Height));
        Assert.InRange(reading.FrameCount, 4, 5);
        Assert.Equal(reading.FrameCount, reading.Frames.Total);
        Assert.InRange(reading.Pdq!.Value.Hash.DistanceTo(First.Pdq.Hash), 0, 16);
        Assert.Contains(reading.Frames, f => f.Pdq.Hash.DistanceTo(Second.Pdq.Hash) <= 16);
        Assert.Equal(8, reading.Dihedral.Count);
    }

    [Fact]
    public async Task A_video_is_shown_by_its_first_frame()
    {
        var reading = await pool.Read(Video(".mp4"), MediaWish.Derivatives);

        var view = await pool.Read(reading.View!);
        Assert.Equal((MediaOutcome.Read, 320, 240), (view.Outcome, view.Width, view.Height));
        Assert.InRange(view.Pdq!.Value.Hash.DistanceTo(First.Pdq.Hash), 0, 16);
        Assert.NotNull(reading.Preview);
    }

    [Fact]
    public async Task A_video_cut_off_is_told_so()
    {
        var whole = Video(".mp4");

        var reading = await pool.Read(whole[..(whole.Length / 2)]);

        Assert.Equal(MediaOutcome.Truncated, reading.Outcome);
        Assert.NotEmpty(reading.Reason);
    }

    [Fact]
    public async Task A_video_longer_than_is_read_is_never_plainly_read()
    {
        using var reader = Pool.With(new() { MaxVideoFrames = 2 });

        var reading = await reader.Read(Video(".mp4"), MediaWish.Fingerprint, default);

        Assert.Equal((MediaOutcome.TooManyFrames, "its first 2 frames were read"), (reading.Outcome, reading.Reason));
        Assert.Equal(2, reading.FrameCount);
    }

    [Fact]
    public async Task What_only_begins_like_a_video_is_corrupt()
    {
        var reading = await pool.Read([0, 0, 0, 0x18, .. "ftypisom"u8, 0, 0, 2, 0, .. "isomiso2"u8, 0, 0, 0, 16, .. "mdatnothing."u8]);

        Assert.Equal(("mp4", MediaOutcome.Corrupt), (reading.Format, reading.Outcome));
        Assert.DoesNotContain("/proc", reading.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sound_alone_is_no_moving_picture()
    {
        var sound = First.Ffmpeg(".mp4", "-f", "lavfi", "-i", "sine=duration=1", "-map", "1:a");

        var reading = await pool.Read(sound);

        Assert.Equal((MediaOutcome.Unsupported, "it holds no moving picture"), (reading.Outcome, reading.Reason));
    }

    [Fact]
    public async Task A_list_of_other_files_is_not_followed()
    {
        var list = "#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"u8.ToArray();

        Assert.Equal(MediaOutcome.NotMedia, (await pool.Read(list)).Outcome);
    }

    [Fact]
    public async Task Where_ffmpeg_is_missing_the_fault_is_not_the_files()
    {
        using var reader = Pool.With(new() { Ffmpeg = "/no/such/ffmpeg" });

        Assert.Equal(MediaOutcome.Unavailable, (await reader.Read(Video(".mp4"), MediaWish.Fingerprint, default)).Outcome);
    }

    [Theory]
    [InlineData("chair-19-sd-bar", true)]
    [InlineData("chair-22-sd-grey-bar")]
    [InlineData("chair-22-with-large-logo-bar")]
    [InlineData("chair-22-with-small-logo-bar")]
    [InlineData("chair-orig-22-sd-bar")]
    [InlineData("pattern-hd-no-bar", true)]
    [InlineData("pattern-sd-grey-bar")]
    [InlineData("pattern-sd-with-large-logo-bar")]
    public async Task Its_frames_hash_as_the_references_do(string name, bool always = false)
    {
        Assert.SkipUnless(always || Environment.GetEnvironmentVariable("JAGA_LONG") == "1", "every frame of every film: JAGA_LONG=1");
        const int Most = 6;
        const double Mean = 1.4; // what the reference itself differs by with this ffmpeg
        var reference = Reference(name);
        using var reader = Pool.With(new() { FramesPerSecond = 30 });

        var reading = await reader.Read(File.ReadAllBytes(SharedData.Path("video", name + ".mp4")), MediaWish.Fingerprint, default);

        Assert.Equal((MediaOutcome.Read, reference.Count), (reading.Outcome, reading.FrameCount));
        // A fold stands for its first frame, which is compared with the reference's of that number.
        var distances = reading.Frames.Select(f => f.Pdq.Hash.DistanceTo(reference[f.Number].Pdq.Hash)).ToList();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {reading.FrameCount} frames, mean {distances.Average():0.00}, most {distances.Max()}"));
        Assert.InRange(distances.Average(), 0, Mean);
        Assert.InRange(distances.Max(), 0, Most);
        Assert.All(reading.Frames, f => Assert.Equal(reference[f.Number].Seconds, f.Seconds, 0.001));
    }

    [Theory]
    [InlineData("chair-19-sd-bar")]
    [InlineData("doorknob-hd-no-bar")] // its later frames drift with the version of ffmpeg
    public async Task One_frame_a_second_is_the_one_shown_then(string name)
    {
        var reference = Reference(name);

        var reading = await pool.Read(File.ReadAllBytes(SharedData.Path("video", name + ".mp4")));

        Assert.Equal((reference.Count + 29) / 30, reading.FrameCount);
        Assert.All(reading.Frames, f => Assert.Equal(f.Number, f.Seconds));
        Assert.Equal(new(100, 100), reading.Frames.Compare(new(reference.Where(f => f.Number % 30 == 0)), new()));
    }

    private static List<VpdqFrame> Reference(string name)
    {
        using var from = File.OpenText(SharedData.Path("video", name + ".vpdq.txt"));
        return [.. VpdqText.Read(from)];
    }

    /// <summary>Four seconds: two of one picture and two of another.</summary>
    private static byte[] Video(string ending, params string[] codec)
    {
        var frames = Enumerable.Range(0, 40).Select(i => i < 20 ? First : Second).ToList();
        return Pattern.Animation(ending, frames, ["-pix_fmt", "yuv420p", "-r", "10", .. codec]);
    }
}
