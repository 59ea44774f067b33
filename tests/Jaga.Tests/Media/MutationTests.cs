using System.Collections.Concurrent;
using System.Globalization;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>A thousand damaged files for each decoder, the same ones in every run; a hundred thousand with JAGA_LONG=1 (<c>./jaga test --long</c>).</summary>
public sealed class MutationTests
{
    private const int Seed = 20_260_301;

    /// <summary>A film costs a process, and inks a table of colours: a hundredth and a tenth of them are as much work.</summary>
    private const int FilmsAreFewer = 100, InksAreFewer = 10;

    private static readonly int Count = Environment.GetEnvironmentVariable("JAGA_LONG") == "1" ? 100_000 : 1_000;

    private static readonly Pattern Picture = Pattern.Of(48, 36, 9);

    [Theory]
    [InlineData("libjpeg-turbo")]
    [InlineData("jpeg by libvips")]
    [InlineData("png")]
    [InlineData("gif")]
    [InlineData("webp")]
    [InlineData("tiff")]
    [InlineData("heic")]
    [InlineData("avif")]
    [InlineData("bmp")]
    [InlineData("moving png")]
    [InlineData("film")]
    public async Task Mutated_files_get_named_outcomes_and_the_pool_stays_whole(string decoder)
    {
        MediaSettings settings = new() { Workers = 2, Memory = 512L * 1024 * 1024 };
        using var reader = Pool.With(settings);
        var whole = Whole(decoder);
        var count = Count / (decoder is "film" or "moving png" ? FilmsAreFewer : decoder is "jpeg by libvips" ? InksAreFewer : 1);
        var outcomes = new ConcurrentDictionary<MediaOutcome, int>();

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (i, ct) =>
        {
            var file = Mutate(whole[i % whole.Length], new Random(Seed + i));
            var reading = await reader.Read(file, i % 7 == 0 ? MediaWish.Derivatives : MediaWish.Fingerprint, ct);

            Assert.True(reading.Outcome != MediaOutcome.Unavailable, $"mutation {i}: {reading.Reason}");
            Assert.True(reading.Outcome == MediaOutcome.Read || reading.Reason.Length > 0, string.Create(CultureInfo.InvariantCulture, $"mutation {i}: {reading.Outcome} without a reason"));
            outcomes.AddOrUpdate(reading.Outcome, 1, (_, n) => n + 1);
        });

        TestContext.Current.TestOutputHelper!.WriteLine($"{count} mutations for {decoder}: {string.Join(", ", outcomes.OrderBy(o => o.Key).Select(o => $"{o.Value} {o.Key}"))}");
        Assert.True(outcomes.Count > 1, "mutations that all end alike test nothing");
        foreach (var file in whole)
        {
            Assert.Equal(MediaOutcome.Read, (await reader.Read(file, MediaWish.Fingerprint, default)).Outcome);
        }

        Assert.All(reader.Lanes.Select(l => l.Child).Where(c => c is { IsAlive: true }), child => Assert.InRange(PrivateBytes(child!.Id), 1, settings.Memory));
    }

    /// <summary>Sound files for one decoder, of each kind that it knows.</summary>
    private static byte[][] Whole(string decoder) => decoder switch
    {
        "libjpeg-turbo" => [Picture.Vips(".jpg"), Picture.Vips(".jpg[interlace=true]"), Pattern.WithOrientation(Picture.Vips(".jpg[strip]"), 6)],
        "jpeg by libvips" => [Picture.Vips(".jpg", "icc_transform", "cmyk", "--input-profile", "srgb"), Picture.Vips(".jpg[strip]", "colourspace", "cmyk")],
        "png" => [Picture.Vips(".png"), Picture.Vips(".png[interlace=true,palette=true]"), Picture.Ffmpeg(".png", "-pix_fmt", "rgba64be")],
        "gif" => [Picture.Vips(".gif"), Pattern.Animation(".gif", [Picture, Pattern.Of(48, 36, 10), Pattern.Of(48, 36, 11)])],
        "webp" => [Picture.Vips(".webp"), Picture.Vips(".webp[lossless=true]"), Pattern.Animation(".webp", [Picture, Pattern.Of(48, 36, 10)])],
        "tiff" => [Picture.Vips(".tif[compression=lzw]"), Picture.Vips(".tif[compression=jpeg]"), Picture.Vips(".tif[compression=deflate,tile=true]")],
        "heic" => [Picture.Vips(".heic")],
        "avif" => [Picture.Vips(".avif")],
        "bmp" => [Picture.Ffmpeg(".bmp", "-pix_fmt", "bgr24"), Picture.Ffmpeg(".bmp", "-pix_fmt", "rgb555le")],
        "moving png" => [Pattern.Animation(".png", [Picture, Pattern.Of(48, 36, 10)], "-f", "apng")],
        _ => [Pattern.Animation(".mp4", [Picture, Pattern.Of(48, 36, 10)], "-pix_fmt", "yuv420p"), Pattern.Animation(".mkv", [Picture, Pattern.Of(48, 36, 10)], "-pix_fmt", "yuv420p")],
    };

    /// <summary>What the kernel counts against the limit (VmData of proc(5)), in bytes.</summary>
    private static long PrivateBytes(int process) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(l => l.StartsWith("VmData:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);

    /// <summary>A few bytes changed, a stretch removed, doubled, zeroed or moved, or the end cut off; the beginning stays, so that the decoder is reached.</summary>
    private static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var change = random.Next(4); change >= 0; change--)
        {
            var at = random.Next(Math.Min(12, bytes.Count - 1), bytes.Count);
            var length = Math.Min(random.Next(1, 33), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.Add(0);
                    break;
                case 3:
                    for (var i = 0; i < length; i++)
                    {
                        bytes[at + i] = (byte)(random.Next(2) * 255);
                    }

                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }
}
