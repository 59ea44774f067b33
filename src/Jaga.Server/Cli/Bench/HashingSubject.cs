using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Jaga.Hashing;
using Jaga.Media;

namespace Jaga.Server.Cli.Bench;

/// <summary>From pixels and from files to PDQ.</summary>
internal sealed class HashingSubject : ISubject
{
    public string Name => "hashing";

    public string What => "PDQ from pixels, from a JPEG in this process, and through the limited children";

    public async IAsyncEnumerable<Result> Measure(Plan plan, Action<string> tell, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var result in FromPixels(plan, tell, ct))
        {
            yield return result;
        }

        if (!NativeLibrary.TryLoad("libturbojpeg.so.0", out _))
        {
            tell("No libturbojpeg on this machine: files are left out");
            yield break;
        }

        tell("PDQ from a file");
        var file = plan.Photograph is { } path ? await File.ReadAllBytesAsync(path, ct) : BareJpeg.Encode(Picture(1024, 712, channels: 3), 1024, 712);
        foreach (var result in FromFile(plan, file))
        {
            yield return result;
        }

        tell("PDQ through the limited children");
        yield return await ThroughChildren(plan, file, ct);
    }

    private static IEnumerable<Result> FromPixels(Plan plan, Action<string> tell, CancellationToken ct)
    {
        var eight = new PdqHash[Pdq.DihedralCount];
        foreach (var (width, height) in new[] { (512, 512), (1024, 712), (4000, 3000) })
        {
            ct.ThrowIfCancellationRequested();
            tell($"PDQ of {width} × {height} pixels");
            var (grey, colour) = (Picture(width, height, channels: 1), Picture(width, height, channels: 3));
            var times = Clock.Time(
                plan.Rounds,
                () => Pdq.Hash(grey, width, height, width),
                () => Pdq.HashAll(grey, width, height, width, eight),
                () => Pdq.HashRgb(colour, width, height, 3 * width));
            yield return Line($"PDQ of {width} × {height} luma", times[0]);
            yield return Line($"PDQ of {width} × {height} luma, all eight variants", times[1]);
            yield return Line($"PDQ of {width} × {height} red, green and blue", times[2]);
        }

        var picture = Picture(1024, 712, channels: 1);
        var count = plan.Quick ? 1_000 : 20_000;
        tell($"PDQ of {count} pictures on all processors");
        var took = Clock.Once(() => Parallel.For(0, count, _ => Pdq.Hash(picture, 1024, 712, 1024)));
        yield return new("PDQ of 1024 × 712 luma, all processors", $"{Clock.Text(count / took.TotalSeconds)} pictures/s");
    }

    private static IEnumerable<Result> FromFile(Plan plan, byte[] file)
    {
        using var jpeg = new BareJpeg(file);
        var times = Clock.Time(
            plan.Rounds,
            jpeg.Decode,
            () =>
            {
                jpeg.Decode();
                Pdq.Hash(jpeg.Luma, jpeg.Width, jpeg.Height, jpeg.Width);
            });
        var what = string.Create(CultureInfo.InvariantCulture, $"JPEG of {jpeg.Width} × {jpeg.Height}, {file.Length / 1000} kB");
        yield return Line($"{what}: libjpeg-turbo's luma decode alone", times[0]);
        yield return new($"{what}: decode and PDQ", Clock.Text(times[1].Median), string.Create(CultureInfo.InvariantCulture, $"{times[1].Median / times[0].Median:F3} × the decode alone"));
    }

    private static async Task<Result> ThroughChildren(Plan plan, byte[] file, CancellationToken ct)
    {
        var (reader, settings) = FilesOf.Reader();
        using (reader)
        {
            await Task.WhenAll(Enumerable.Range(0, 4 * settings.Workers).Select(_ => reader.Read(file, MediaWish.Fingerprint, ct))); // children start
            var count = plan.Quick ? 100 : 2_000;
            var failed = 0;
            var began = Stopwatch.GetTimestamp();
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 * settings.Workers, CancellationToken = ct }, async (_, token) =>
            {
                if ((await reader.Read(file, MediaWish.Fingerprint, token)).Pdq is null)
                {
                    Interlocked.Increment(ref failed);
                }
            });
            var rate = count / Stopwatch.GetElapsedTime(began).TotalSeconds;
            return new($"The same file through {settings.Workers} limited children, with digests and eight variants", $"{Clock.Text(rate)} files/s", failed == 0 ? "" : $"{failed} not read");
        }
    }

    private static Result Line(string what, Clock.Times times) => new(what, Clock.Text(times.Median), $"fastest round {Clock.Text(times.Fastest)}");

    // Soft waves under fine noise: it compresses about as a photograph does.
    private static byte[] Picture(int width, int height, int channels)
    {
        var random = new Random(1);
        var pixels = new byte[width * height * channels];
        for (var at = 0; at < pixels.Length; at++)
        {
            var (x, y, channel) = (at / channels % width, at / channels / width, at % channels);
            var wave = Math.Sin((x * 0.021) + (y * 0.006) + channel) + Math.Sin((y * 0.033) - (x * 0.004)) + Math.Sin((x + y) * (x - y) * 0.00002);
            pixels[at] = (byte)Math.Clamp(128 + (35 * wave) + random.Next(-9, 10), 0, 255);
        }

        return pixels;
    }
}
