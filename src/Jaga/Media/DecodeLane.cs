using System.Collections.Concurrent;
using System.Diagnostics;

namespace Jaga.Media;

/// <summary>
/// One place in the pool: a thread and its child. The thread takes one file after the other from the common queue; a child that
/// was lost is replaced before the next, so that a waiting file finds one ready.
/// </summary>
internal sealed class DecodeLane : IDisposable
{
    /// <summary>After a child would not start, files are turned away for so long before another try: starting costs, and the reason seldom goes away at once.</summary>
    private static readonly TimeSpan RestAfterTrouble = TimeSpan.FromSeconds(1);

    private readonly MediaSettings _settings;
    private readonly BlockingCollection<MediaReader.Request> _queue;
    private readonly ILogger _logger;
    private readonly Action _lost;
    private readonly Thread _thread;
    private readonly CancellationTokenSource _closing = new();
    private volatile DecodeChild? _child;
    private volatile string? _trouble;
    private long _troubleAt;

    public DecodeLane(MediaSettings settings, BlockingCollection<MediaReader.Request> queue, ILogger logger, Action lost)
    {
        (_settings, _queue, _logger, _lost) = (settings, queue, logger, lost);
        _thread = new(Work) { IsBackground = true, Name = "jaga-media" };
        _thread.Start();
    }

    /// <summary>Why no child starts; null if one does.</summary>
    public string? Trouble => _trouble;

    /// <summary>The child, if there is one.</summary>
    public DecodeChild? Child => _child;

    /// <summary>Whether a file is with the child now.</summary>
    public bool IsBusy { get; private set; }

    public void Dispose()
    {
        _closing.Cancel();
        _child?.Kill(); // ends whatever it is at; the thread sees that and goes
        _thread.Join();
        _child?.Dispose();
        _closing.Dispose();
    }

    private void Work()
    {
        try
        {
            if (_settings.Warm)
            {
                TryReplace();
            }

            foreach (var request in _queue.GetConsumingEnumerable(_closing.Token))
            {
                if (request.TryTake())
                {
                    request.Answer(Decode(request));
                    TryReplace();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closing.
        }
    }

    private Decoded Decode(MediaReader.Request request)
    {
        IsBusy = true;
        try
        {
            return TryReplace() is { } trouble
                ? new(MediaOutcome.Unavailable, trouble)
                : _child!.Decode(request.Asked, request.Bytes.Span, _settings.Deadline);
        }
        catch (ChildFailed) when (_closing.IsCancellationRequested)
        {
            return new(MediaOutcome.Unavailable, "the reader is closing");
        }
        catch (ChildFailed failed)
        {
            _logger.LogWarning("A child was lost over a file: {Outcome}, {Reason}", failed.Outcome, failed.Message);
            _lost();
            return new(failed.Outcome, failed.Message);
        }
        catch (Exception unforeseen)
        {
            _logger.LogError(unforeseen, "A file could not be given to a child");
            _child?.Kill();
            return new(MediaOutcome.Unavailable, $"{unforeseen.GetType().Name} in the parent");
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <summary>Sees to it that there is a living child that has not served too long.</summary>
    /// <returns>Null if there is one; otherwise why there is none.</returns>
    private string? TryReplace()
    {
        if (_child is { IsAlive: true } child && child.Reads < _settings.ReadsPerChild)
        {
            return null;
        }

        if (_trouble is { } recent && Stopwatch.GetElapsedTime(_troubleAt) < RestAfterTrouble)
        {
            return recent;
        }

        _child?.Dispose();
        _child = null;
        try
        {
            if (!_closing.IsCancellationRequested)
            {
                _child = DecodeChild.Start(_settings);
            }

            return _trouble = _child is null ? "the reader is closing" : null;
        }
        catch (ChildFailed failed)
        {
            _logger.LogError("No child decodes pictures: {Reason}", failed.Message);
            _troubleAt = Stopwatch.GetTimestamp();
            return _trouble = failed.Message;
        }
    }
}
