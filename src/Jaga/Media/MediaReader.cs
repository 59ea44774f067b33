using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Jaga.Hashing;

namespace Jaga.Media;

/// <summary>
/// Reads pictures from strangers: digests, perceptual hashes, and small copies to look at. The bytes are decoded in a pool of child
/// processes that have nothing but a pipe; a file that breaks its decoder costs a child and an outcome with a name, and nothing else.
/// One for the whole process; any number of callers at once.
/// </summary>
/// <remarks>
/// Counted by the meter <c>Jaga.Media</c>: <c>jaga.media.reads</c> by outcome and format, <c>jaga.media.duration</c> in seconds,
/// <c>jaga.media.children.lost</c>, <c>jaga.media.waiting</c>.
/// </remarks>
public sealed class MediaReader : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Jaga.Media";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Reads = Meter.CreateCounter<long>("jaga.media.reads", description: "Files read, by outcome and format.");
    private static readonly Counter<long> Lost = Meter.CreateCounter<long>("jaga.media.children.lost", description: "Children that died or were killed over a file.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("jaga.media.duration", "s", "From taking a file in to its reading.");
    private static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>("jaga.media.waiting", description: "Files that wait for a child.");

    private readonly MediaSettings _settings;
    private readonly TimeProvider _clock;
    private readonly BlockingCollection<Request> _queue = [];
    private readonly DecodeLane[] _lanes;
    private readonly VideoReader _videos;
    private readonly ExternalHasher[] _hashers;

    public MediaReader(MediaSettings settings, TimeProvider clock, ILogger<MediaReader> logger)
    {
        (_settings, _clock, _videos) = (settings, clock, new(settings));
        _hashers = [.. settings.Hashers.Select(h => new ExternalHasher(settings, h, logger))];
        _lanes = [.. Enumerable.Range(0, settings.Workers).Select(_ => new DecodeLane(settings, _queue, logger, () => Lost.Add(1)))];
    }

    /// <summary>What keeps children from starting, in one sentence; null if nothing does.</summary>
    public string? Trouble => _lanes.Select(l => l.Trouble).FirstOrDefault(t => t is not null);

    /// <summary>Files that wait for a child.</summary>
    public int Queued => _queue.Count;

    /// <summary>The lanes of the pool, for tests that do harm to children.</summary>
    internal IReadOnlyList<DecodeLane> Lanes => _lanes;

    /// <summary>
    /// Reads one file. Whatever its bytes are, there is a reading, and its digests are there whatever the outcome.
    /// </summary>
    /// <param name="bytes">The whole file. Left alone, and to be left alone by the caller, until the task ends.</param>
    /// <param name="wish">What is wanted of it.</param>
    /// <param name="ct">Heeded while the file waits for a child. Once a child has it, the reading ends by itself, at the deadline if need be: callers who come and go must not cost children.</param>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    public async Task<MediaReading> Read(ReadOnlyMemory<byte> bytes, MediaWish wish, CancellationToken ct)
    {
        var started = _clock.GetTimestamp();
        ct.ThrowIfCancellationRequested();
        var format = MediaFormat.Of(bytes.Span);
        var refused = RefuseUnseen(format, bytes.Length);
        var decoding = refused is not null ? Task.FromResult(refused)
            : format.Path == MediaPath.Video ? Video(bytes, format, wish, ct)
            : format.Moving(bytes.Span) is { } moving ? Animated(bytes, moving, wish, ct)
            : Enqueue(bytes, wish, ct).Task;
        var hashing = Task.WhenAll(refused is not null ? [] : _hashers.Select(h => h.Hash(bytes, format.Path == MediaPath.Video, ct)));
        var digests = Digests.Of(bytes.Span); // while a child is already at work

        // Both, whatever becomes of one: the bytes are the caller's again when this ends, and may be another's a moment later.
        await Task.WhenAll(decoding, hashing);
        var (decoded, external) = (await decoding, await hashing);

        var took = _clock.GetElapsedTime(started);
        Reads.Add(1, new("outcome", decoded.Outcome.ToString()), new("format", format.Name));
        Duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", decoded.Outcome.ToString()));
        return new()
        {
            Outcome = decoded.Outcome,
            Reason = decoded.Reason,
            Format = format.Name,
            Width = decoded.Width,
            Height = decoded.Height,
            FrameCount = decoded.FrameCount,
            Size = bytes.Length,
            Digests = digests,
            Pdq = decoded.Dihedral.Length > 0 ? new(decoded.Dihedral[0], decoded.Quality) : null,
            Dihedral = decoded.Dihedral,
            Frames = decoded.Frames as VpdqFingerprint ?? new(decoded.Frames),
            Preview = decoded.Preview.Length > 0 ? decoded.Preview : null,
            View = decoded.View.Length > 0 ? decoded.View : null,
            External = external,
            Took = took,
        };
    }

    /// <summary>Ends the children. Files that wait get <see cref="MediaOutcome.Unavailable"/>.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }

        while (_queue.TryTake(out var left))
        {
            left.TryTake();
            left.Answer(new(MediaOutcome.Unavailable, "the reader is closing"));
        }

        _queue.Dispose();
        _videos.Dispose();
        foreach (var hasher in _hashers)
        {
            hasher.Dispose();
        }
    }

    /// <summary>What needs no child: too many bytes, or nothing that anything here decodes.</summary>
    private Decoded? RefuseUnseen(MediaFormat format, long length) => format.Path switch
    {
        _ when length == 0 => new(MediaOutcome.NotMedia, "the file is empty"),
        MediaPath.None => new(MediaOutcome.NotMedia, "it begins like no picture or video that is known"),
        _ when length > _settings.MaxBytes => new(MediaOutcome.TooLarge, string.Create(CultureInfo.InvariantCulture, $"{length} bytes are more than {_settings.MaxBytes}")),
        MediaPath.Unsupported => new(MediaOutcome.Unsupported, $"{format.Name} is not decoded here; it is known by its digests only"),
        _ => null,
    };

    private async Task<Decoded> Video(ReadOnlyMemory<byte> bytes, MediaFormat format, MediaWish wish, CancellationToken ct)
    {
        var (decoded, poster) = await _videos.Read(bytes, format, poster: wish == MediaWish.Derivatives, ct);
        if (poster is null)
        {
            return decoded;
        }

        var shown = await Enqueue(poster, MediaWish.Derivatives, CancellationToken.None).Task;
        return decoded with { Preview = shown.Preview, View = shown.View };
    }

    /// <summary>A picture that moves, of which libvips sees the first frame, and ffmpeg all.</summary>
    private async Task<Decoded> Animated(ReadOnlyMemory<byte> bytes, MediaFormat format, MediaWish wish, CancellationToken ct)
    {
        var (still, frames) = (Enqueue(bytes, wish, ct).Task, _videos.Read(bytes, format, poster: false, ct));
        await Task.WhenAll(still, frames); // both read the caller's bytes
        var (shown, (moving, _)) = (await still, await frames);
        return shown.Outcome == MediaOutcome.Read
            ? shown with { Outcome = moving.Outcome, Reason = moving.Reason, FrameCount = moving.FrameCount, Frames = moving.Frames }
            : shown with { FrameCount = moving.FrameCount, Frames = moving.Frames };
    }

    private Request Enqueue(ReadOnlyMemory<byte> bytes, MediaWish wish, CancellationToken ct)
    {
        var request = new Request(bytes, wish == MediaWish.Derivatives ? Asked.Derivatives : Asked.Fingerprint, ct);
        Waiting.Add(1);
        try
        {
            _queue.Add(request, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            request.TryTake();
            request.Answer(new(MediaOutcome.Unavailable, "the reader is closing"));
        }

        return request;
    }

    /// <summary>A file that waits for a child, and its answer.</summary>
    internal sealed class Request
    {
        private readonly TaskCompletionSource<Decoded> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenRegistration _given;
        private int _taken;

        public Request(ReadOnlyMemory<byte> bytes, Asked asked, CancellationToken ct)
        {
            (Bytes, Asked) = (bytes, asked);
            _given = ct.Register(() =>
            {
                if (TryTake())
                {
                    _answer.TrySetCanceled(ct);
                }
            });
        }

        public ReadOnlyMemory<byte> Bytes { get; }

        public Asked Asked { get; }

        public Task<Decoded> Task => _answer.Task;

        /// <summary>Whether the caller of this has it now: a lane that will answer it, or the cancellation that gives it up.</summary>
        public bool TryTake()
        {
            if (Interlocked.Exchange(ref _taken, 1) != 0)
            {
                return false;
            }

            Waiting.Add(-1);
            return true;
        }

        public void Answer(Decoded decoded)
        {
            _given.Unregister();
            _answer.TrySetResult(decoded);
        }
    }
}
