using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Jaga.Hashing;
using Jaga.Media;
using Jaga.Media.Decoding;
using Jaga.Server.Cli.Demo;

namespace Jaga.Server.Cli.Bench;

/// <summary><c>jaga bench media</c>: photographs and films from their bytes to their fingerprints, each beside the bare decoder's time for the same bytes, taken in turns.</summary>
internal static class MediaSpeed
{
    private const int Rounds = 9;

    public static Command Build()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "Photographs; those that are JPEG are measured." };
        var most = new Option<int>("--most") { Description = "Photographs that are taken at most.", DefaultValueFactory = _ => 100 };
        var video = new Option<FileInfo?>("--video") { Description = "A film; without one, ffmpeg makes 60 s of 720p." };
        var command = new Command("media", "Measure photograph files and films to their PDQ, in process and through the limited children.") { folder, most, video };
        command.SetAction(async (parsed, ct) =>
        {
            var files = FilesOf.Paths([parsed.GetValue(folder)!.FullName], (_, why) => Terminal.Remark(why)).Select(File.ReadAllBytes).Where(f => MediaFormat.Of(f) == MediaFormat.Jpeg).Take(parsed.GetValue(most)).ToList();
            if (files.Count == 0)
            {
                Terminal.Remark("There is no JPEG in that folder.");
                return Terminal.Failed;
            }

            var rows = new List<string[]>();
            var (bare, whole, digests) = InProcess(files);
            rows.Add(["photograph file to luma, bare libjpeg-turbo, one core", Ms(bare), ""]);
            rows.Add(["photograph file to PDQ, in process, one core", Ms(whole), Ratio(whole, bare)]);
            rows.Add(["photograph file to MD5, SHA-1 and SHA-256, one core", Ms(digests), ""]);
            var cores = Environment.ProcessorCount;
            var together = Together(files, cores);
            rows.Add([Say($"photograph files to PDQ and digests, in process, {cores} cores"), Say($"{1 / together:0} a second"), Say($"{(whole + digests) / together / cores:0.00} of one core × cores: what the machine gives")]);
            var pooled = await Pooled(files, ct);
            rows.Add([Say($"photographs to PDQ through the children, {cores} cores"), Say($"{1 / pooled:0} a second"), Say($"{whole / pooled / cores:0.00} of in process × cores; {(whole + digests) / pooled / cores:0.00} with the digests, which it takes too; {together / pooled:0.00} of the row above")]);
            var (decode, frames, film) = await Film(parsed.GetValue(video), ct);
            rows.Add(["film, ffmpeg's own decode, one thread", Say($"{decode:0.00} s"), ""]);
            rows.Add(["film to grey frames, one a second, by ffmpeg alone", Say($"{frames:0.00} s"), Ratio(frames, decode)]);
            rows.Add(["film to vPDQ, one frame a second", Say($"{film:0.00} s"), Ratio(film, decode)]);
            Terminal.Table(["work", "time", "ratio"], rows);
            return Terminal.Done;
        });
        return command;
    }

    /// <summary>Seconds a photograph: bare, to its eight hashes, and to its digests.</summary>
    private static unsafe (double Bare, double Whole, double Digests) InProcess(List<byte[]> files)
    {
        var decoder = new PictureDecoder(ChildLimits.Of(new()));
        var padded = files.Select(f => (Bytes: (nint)NativeMemory.AllocZeroed((nuint)(f.Length + PictureDecoder.Slack)), f.Length)).ToList();
        for (var i = 0; i < files.Count; i++)
        {
            files[i].CopyTo(new Span<byte>((byte*)padded[i].Bytes, files[i].Length));
        }

        // Each file by its own best: what else the machine does in a moment then spoils one reading of one file.
        var best = new (double Bare, double Whole, double Digests)[files.Count];
        Array.Fill(best, (double.MaxValue, double.MaxValue, double.MaxValue));
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < files.Count; i++)
            {
                var (bytes, length) = padded[i];
                var bare = Timed(() =>
                {
                    using var turbo = new TurboJpeg();
                    var file = new ReadOnlySpan<byte>((byte*)bytes, length);
                    turbo.Decode(file, turbo.ReadHeader(file), colour: false, out _).Dispose();
                });
                var whole = Timed(() => decoder.Decode((byte*)bytes, length, derive: false));
                var digests = Timed(() => Digests.Of(files[i]));
                best[i] = (Math.Min(best[i].Bare, bare), Math.Min(best[i].Whole, whole), Math.Min(best[i].Digests, digests));
            }
        }

        padded.ForEach(f => NativeMemory.Free((void*)f.Bytes));
        return (best.Average(b => b.Bare), best.Average(b => b.Whole), best.Average(b => b.Digests));
    }

    /// <summary>Seconds a photograph with a decoder on each core and no children: the best of several rounds.</summary>
    private static unsafe double Together(List<byte[]> files, int cores)
    {
        var (decoders, best) = (Enumerable.Range(0, cores).Select(_ => new PictureDecoder(ChildLimits.Of(new()))).ToList(), double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var next = -1;
            best = Math.Min(best, Timed(() => Parallel.ForEach(decoders, decoder =>
            {
                for (var i = Interlocked.Increment(ref next); i < files.Count; i = Interlocked.Increment(ref next))
                {
                    fixed (byte* bytes = (byte[])[.. files[i], .. new byte[PictureDecoder.Slack]])
                    {
                        decoder.Decode(bytes, files[i].Length, derive: false);
                    }

                    Digests.Of(files[i]);
                }
            })) / files.Count);
        }

        return best;
    }

    /// <summary>Seconds a photograph with all children at work, the best of several rounds.</summary>
    private static async Task<double> Pooled(List<byte[]> files, CancellationToken ct)
    {
        var (reader, settings) = FilesOf.Reader();
        using (reader)
        {
            var best = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var started = Stopwatch.GetTimestamp();
                await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = settings.Workers * 2, CancellationToken = ct }, async (file, stop) => await reader.Read(file, MediaWish.Fingerprint, stop));
                best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds / files.Count);
            }

            return best;
        }
    }

    private static async Task<(double Decode, double Frames, double Film)> Film(FileInfo? video, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("jaga-film-").FullName;
        try
        {
            var (reader, settings) = FilesOf.Reader();
            using (reader)
            {
                var path = video?.FullName ?? Path.Combine(folder, "film.mp4");
                if (video is null)
                {
                    var made = await Child.Run(settings.Ffmpeg, ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=60,noise=alls=6:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "3M", "-pix_fmt", "yuv420p", path], ct);
                    if (made.Code != 0)
                    {
                        throw new StepFailed($"ffmpeg makes a film: {made.Errors}");
                    }
                }

                var bytes = await File.ReadAllBytesAsync(path, ct);
                var (decode, frames, film) = (double.MaxValue, double.MaxValue, double.MaxValue);
                for (var round = 0; round < 3; round++)
                {
                    var started = Stopwatch.GetTimestamp();
                    await Child.Run(settings.Ffmpeg, ["-v", "error", "-nostdin", "-threads", "1", "-i", path, "-map", "0:v:0", "-f", "null", "-"], ct);
                    decode = Math.Min(decode, Stopwatch.GetElapsedTime(started).TotalSeconds);
                    started = Stopwatch.GetTimestamp();
                    await Child.Run(settings.Ffmpeg, ["-v", "error", "-nostdin", "-threads", "1", "-i", path, "-map", "0:v:0", "-vf", VideoReader.Frames(settings), "-threads", "1", "-c:v", "pgm", "-f", "image2pipe", "-y", "/dev/null"], ct);
                    frames = Math.Min(frames, Stopwatch.GetElapsedTime(started).TotalSeconds);
                    started = Stopwatch.GetTimestamp();
                    var reading = await reader.Read(bytes, MediaWish.Fingerprint, ct);
                    film = Math.Min(film, Stopwatch.GetElapsedTime(started).TotalSeconds);
                    Terminal.Remark(Say($"film: {reading.FrameCount} frames, {reading.Outcome}"));
                }

                return (decode, frames, film);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Timed(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static string Ms(double seconds) => Say($"{seconds * 1000:0.00} ms");

    private static string Ratio(double time, double of) => Say($"{time / of:0.00}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
