using System.Collections.Concurrent;
using System.Globalization;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>Ten thousand damaged pictures, the same ones in every run; a hundred thousand with JAGA_LONG=1 (<c>./jaga test --long</c>).</summary>
public sealed class MutationTests
{
    private const int Seed = 20_260_301;

    private static readonly int Count = Environment.GetEnvironmentVariable("JAGA_LONG") == "1" ? 100_000 : 10_000;

    [Fact]
    public async Task Mutated_pictures_get_named_outcomes_and_the_pool_stays_whole()
    {
        using var reader = Pool.With(new() { Workers = 2 });
        var picture = Pattern.Of(48, 36, 9);
        byte[][] whole =
        [
            .. new[] { ".jpg", ".jpg[interlace=true]", ".png", ".png[interlace=true,palette=true]", ".gif", ".webp", ".webp[lossless=true]", ".tif[compression=lzw]", ".tif[compression=jpeg]", ".heic", ".avif" }.Select(e => picture.Vips(e)),
            picture.Ffmpeg(".bmp", "-pix_fmt", "bgr24"),
            Pattern.Animation(".gif", [picture, Pattern.Of(48, 36, 10), Pattern.Of(48, 36, 11)]),
            Pattern.WithOrientation(picture.Vips(".jpg[strip]"), 6),
        ];
        var outcomes = new ConcurrentDictionary<MediaOutcome, int>();

        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (i, ct) =>
        {
            var file = Mutate(whole[i % whole.Length], new Random(Seed + i));
            var reading = await reader.Read(file, i % 7 == 0 ? MediaWish.Derivatives : MediaWish.Fingerprint, ct);

            Assert.True(reading.Outcome != MediaOutcome.Unavailable, $"mutation {i}: {reading.Reason}");
            Assert.True(reading.Outcome == MediaOutcome.Read || reading.Reason.Length > 0, string.Create(CultureInfo.InvariantCulture, $"mutation {i}: {reading.Outcome} without a reason"));
            outcomes.AddOrUpdate(reading.Outcome, 1, (_, n) => n + 1);
        });

        TestContext.Current.TestOutputHelper!.WriteLine($"{Count} mutations: {string.Join(", ", outcomes.OrderBy(o => o.Key).Select(o => $"{o.Value} {o.Key}"))}");
        Assert.True(outcomes.Count > 2, "mutations that all end alike test nothing");
        foreach (var file in whole)
        {
            Assert.Equal(MediaOutcome.Read, (await reader.Read(file, MediaWish.Fingerprint, default)).Outcome);
        }
    }

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
