using System.Globalization;
using System.Text.RegularExpressions;
using Jaga.Media.Decoding;

namespace Jaga.Media;

/// <summary>
/// Fingerprints videos: ffmpeg, in a child with no network and nowhere to write, gives the frame shown at the beginning of every second, at
/// full size, and each is hashed as a picture is (the features of vPDQ, one a second). Frames come as grey PGM, which is read with no trust
/// in it, and go as soon as they are hashed: only their fingerprints are kept.
/// </summary>
internal sealed partial class VideoReader(MediaSettings settings) : IDisposable
{
    /// <summary>Exit codes of a process ended by SIGXCPU, and of any that a signal ended.</summary>
    private const int ProcessorTimeOver = 128 + 24, FirstSignal = 129;

    private const string Grey = "scale=out_range=full,format=gray";

    /// <summary>What is transparent is laid on white, as a page would show it.</summary>
    private const string OnWhite = "format=rgba,split[over][under];[under]lutrgb=r=255:g=255:b=255:a=255[white];[white][over]overlay=format=gbrp";

    private readonly SemaphoreSlim _places = new(settings.Videos);

    /// <summary>Reads one video. With <paramref name="poster"/> also its first frame, as a bitmap.</summary>
    /// <param name="ct">Heeded while the video waits for its turn.</param>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    public async Task<(Decoded Decoded, byte[]? Poster)> Read(ReadOnlyMemory<byte> video, MediaFormat format, bool poster, CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        try
        {
            return await Task.Factory.StartNew(() => Decode(video.Span, format, poster), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private (Decoded Decoded, byte[]? Poster) Decode(ReadOnlySpan<byte> video, MediaFormat format, bool poster)
    {
        if (!File.Exists(settings.Ffmpeg))
        {
            return (new(MediaOutcome.Unavailable, $"videos are decoded by {settings.Ffmpeg}, which is not here"), null);
        }

        try
        {
            using var log = new FrameLog();
            using var child = ChildProcess.Start(settings, Arguments(format));
            using var deadline = child.KillAfter(settings.VideoDeadline);
            var isLonger = Receive(child, video, Sampled.Of(format, video, settings), log);
            var inTime = deadline.Met();
            child.Kill();
            var (outcome, reason) = isLonger ? (MediaOutcome.TooManyFrames, string.Create(CultureInfo.InvariantCulture, $"its first {log.Count} frames were read"))
                : inTime ? Judge(child.End(), log.Count, format, video)
                : (MediaOutcome.TimedOut, deadline.Reason);
            return (Answer(outcome, reason, log), poster && log.First is { } first ? Bitmap.Encode(first) : null);
        }
        catch (Exception failed) when (failed is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return (new(MediaOutcome.Unavailable, failed.Message), null);
        }
    }

    /// <summary>Hands the video over and takes its frames.</summary>
    /// <returns>Whether there are more than are read of one file.</returns>
    private bool Receive(ChildProcess child, ReadOnlySpan<byte> video, Sampled sampled, FrameLog log)
    {
        try
        {
            Wire.WriteRequest(child.To, Asked.Fingerprint, video);
            child.To.Close();
            while (Pgm.Read(child.From, settings.MaxPixels) is { } frame)
            {
                if (log.Count == sampled.MostFrames || (log.Count + 1L) * frame.Width * frame.Height > sampled.MostPixels)
                {
                    frame.Dispose();
                    return true;
                }

                log.Add(frame, sampled.Time(log.Count));
                if (!ReferenceEquals(frame, log.First))
                {
                    frame.Dispose();
                }
            }
        }
        catch (Exception lost) when (lost is IOException or InvalidDataException)
        {
            // What the child died of is asked next; the frames that came before count.
        }

        return false;
    }

    private static (MediaOutcome Outcome, string Reason) Judge((int ExitCode, string Words) end, int frames, MediaFormat format, ReadOnlySpan<byte> video)
    {
        var words = Address().Replace(end.Words.Split('\n')[0], "");
        var isEarly = Ending.IsEarly(format, video);
        return end.ExitCode switch
        {
            DecodeWorker.Refused => (MediaOutcome.Unavailable, words),
            ProcessorTimeOver => (MediaOutcome.TimedOut, "it wants more processor time than a video may have"),
            _ when end.Words.Contains("Cannot allocate memory", StringComparison.Ordinal) => (MediaOutcome.OutOfMemory, "decoding it wants more memory than a video may have"),
            >= FirstSignal => (MediaOutcome.Crashed, string.Create(CultureInfo.InvariantCulture, $"the child died over it (exit code {end.ExitCode})")),
            0 when frames > 0 => isEarly ? (MediaOutcome.Truncated, "the video ends before its file says so") : (MediaOutcome.Read, ""),
            _ when end.Words.Contains("matches no streams", StringComparison.Ordinal) => (MediaOutcome.Unsupported, "it holds no moving picture"),
            _ => (isEarly ? MediaOutcome.Truncated : MediaOutcome.Corrupt, words.Length > 0 ? words : "no frame could be had"),
        };
    }

    private static Decoded Answer(MediaOutcome outcome, string reason, FrameLog log) => new(outcome, reason.Length == 0 && log.Dihedral.Length == 0 ? "its first frame is too plain or too small for a perceptual hash" : reason)
    {
        Width = log.First?.Width ?? 0,
        Height = log.First?.Height ?? 0,
        FrameCount = log.Count,
        Quality = log.Quality,
        Dihedral = log.Dihedral,
        Frames = log.Frames,
    };

    /// <summary>ffmpeg's filter for a film's frames.</summary>
    internal static string Frames(MediaSettings settings) => string.Create(CultureInfo.InvariantCulture, $"fps={settings.FramesPerSecond}:round=up:start_time=0,{Grey}");

    /// <summary>What the child is told. The demuxer is the one that the first bytes name: a video cannot shop for the weakest, or be a list of other files.</summary>
    private string[] Arguments(MediaFormat format)
    {
        var seconds = (int)Math.Ceiling(settings.VideoDeadline.TotalSeconds);
        return
        [
            VideoWorker.Verb, Text(settings.VideoMemory), Text(seconds), settings.AllowUnsandboxed ? "1" : "0", settings.Ffmpeg,
            "-v", "error", "-nostdin", "-protocol_whitelist", "file", "-max_pixels", Text(settings.MaxPixels), "-threads", "1",
            "-f", format.Loader, "-i", VideoWorker.VideoMark, "-map", "0:v:0", "-an", "-sn", "-dn",
            .. format.IsMoving ? (string[])["-fps_mode", "passthrough"] : [],
            "-vf", format.IsMoving ? $"{OnWhite},{Grey}" : Frames(settings),
            "-threads", "1", "-c:v", "pgm", "-f", "image2pipe", "pipe:1",
        ];

        static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>ffmpeg begins its sentences with a part's name and address, which say nothing to a reader.</summary>
    [GeneratedRegex(@"^\[[^\]]*\]\s*|/proc/self/fd/\d+:\s*")]
    private static partial Regex Address();

    /// <summary>Which frames are taken, and when each is shown: of a film some a second, of an animation all.</summary>
    private readonly record struct Sampled(int MostFrames, long MostPixels, double PerSecond, List<double> Times)
    {
        public static Sampled Of(MediaFormat format, ReadOnlySpan<byte> video, MediaSettings settings) => format.IsMoving
            ? new(settings.MaxFrames, settings.MaxFramePixels, 1, format.Loader == "apng" ? Apng.Times(video, settings.MaxFrames) : [])
            : new(settings.MaxVideoFrames, long.MaxValue, settings.FramesPerSecond, []);

        public double Time(int frame) => Times.Count == 0 ? frame / PerSecond : Times[Math.Min(frame, Times.Count - 1)];
    }
}
