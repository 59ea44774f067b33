using System.Diagnostics.Metrics;
using Jaga.Banks;
using Microsoft.Extensions.Hosting;

namespace Jaga.Matching;

/// <summary>
/// Finds known signals among all banks. Holds every signal in memory and follows the banks by their change number: at once for what this node changes,
/// within <see cref="MatchingSettings.Poll"/> for what others do. Looking up never waits, neither for reading nor for changes.
/// </summary>
public sealed class Matcher : BackgroundService
{
    /// <summary>The meter's name: <c>jaga.matching.signals</c> by type, <c>jaga.matching.lag</c> in seconds, <c>jaga.matching.duration</c> in seconds, <c>jaga.matching.matches</c>.</summary>
    public const string MeterName = "Jaga.Matching";

    private readonly IServiceScopeFactory _scopes;
    private readonly ChangeBell _bell;
    private readonly TimeProvider _clock;
    private readonly MatchingSettings _settings;
    private readonly ILogger<Matcher> _logger;
    private readonly SemaphoreSlim _following = new(1, 1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _matches;
    private volatile Known? _known;
    private readonly Snapshots _snapshots;
    private long _seq;
    private long _inStepAt;
    private long _snapshotSeq = -1;
    private long? _snapshotAt;
    private Task _snapshot = Task.CompletedTask;

    public Matcher(IServiceScopeFactory scopes, ChangeBell bell, TimeProvider clock, MatchingSettings settings, IMeterFactory meters, StorageSettings storage, ILogger<Matcher> logger)
    {
        _snapshots = new(storage, logger);
        (_scopes, _bell, _clock, _settings, _logger) = (scopes, bell, clock, settings, logger);
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram<double>("jaga.matching.duration", "s", "Looking up one item's fingerprints.");
        _matches = meter.CreateCounter<long>("jaga.matching.matches", description: "Signals met.");
        meter.CreateObservableGauge("jaga.matching.signals", () => (Measurement<long>[])[new(_known?.PdqCount ?? 0, new KeyValuePair<string, object?>("type", "pdq")), new(_known?.DigestCount ?? 0, new KeyValuePair<string, object?>("type", "digest")), .. Others()], description: "Signals in memory.");
        meter.CreateObservableGauge("jaga.matching.lag", () => Lag?.TotalSeconds ?? 0, "s", "Since this node was last known to be in step with the banks.");
    }

    private static NotReady Reading() => new("The signals are still being read into memory.", TimeSpan.FromSeconds(2));

    private IEnumerable<Measurement<long>> Others() => OtherCounts.Select(c => new Measurement<long>(c.Value, new KeyValuePair<string, object?>("type", c.Key)));

    /// <summary>Whether the signals are in memory.</summary>
    public bool Ready => _known is not null;

    /// <summary>How long ago this node was last known to be in step with the banks: about <see cref="MatchingSettings.Poll"/> when all is well, growing while the database is away. Null before it is ready.</summary>
    public TimeSpan? Lag => Ready ? _clock.GetElapsedTime(Interlocked.Read(ref _inStepAt)) : null;

    /// <summary>Places in memory, those of removed signals too.</summary>
    internal int Places => _known?.Places ?? 0;

    /// <summary>The number of the last change that was applied.</summary>
    public long Seq => Interlocked.Read(ref _seq);

    /// <summary>PDQ signals, digest signals, and banks in memory.</summary>
    public (int Pdq, int Digests, int Banks) Counts => _known is { } known ? (known.PdqCount, known.DigestCount, known.BankCount) : default;

    /// <summary>Signals of all other types in memory, by the words of their types.</summary>
    public IReadOnlyDictionary<string, int> OtherCounts => _known?.OtherCounts ?? new Dictionary<string, int>();

    /// <summary>The signals that match and count, each once at its least distance, over all enabled banks and each by its own terms: what asks to be held first, then the nearest; at the end what is in quarantine and holds all the same.</summary>
    /// <exception cref="NotReady">The signals are still being read. "No match" would be a lie.</exception>
    public IReadOnlyList<Match> Find(MatchQuery query) => [.. Look(query).Holding];

    /// <summary>All signals that match, parted into those that count, those that an allow-list suppresses, and those in quarantine.</summary>
    /// <exception cref="NotReady">The signals are still being read. "No match" would be a lie.</exception>
    public Found Look(MatchQuery query)
    {
        var known = _known ?? throw Reading();
        var started = _clock.GetTimestamp();
        var found = known.Look(query);
        _duration.Record(_clock.GetElapsedTime(started).TotalSeconds);
        _matches.Add(found.Counting.Count);
        return found;
    }

    /// <summary>False where all that it has are hashes of a quality below what every bank takes: then "no match" would be a lie. True where no bank is enabled.</summary>
    /// <exception cref="NotReady">The signals are still being read.</exception>
    public bool Compares(MatchQuery query) => (_known ?? throw Reading()).Compares(query);

    /// <summary>Whether there is a bank of this name, enabled or not; upper and lower case are one.</summary>
    /// <exception cref="NotReady">The signals are still being read.</exception>
    public bool HasBank(string name) => (_known ?? throw Reading()).HasBank(name);

    /// <summary>Reads what changed and returns in step with what was committed before this was called.</summary>
    public async Task CatchUp(CancellationToken ct)
    {
        await _following.WaitAsync(ct);
        try
        {
            var asked = _clock.GetTimestamp();
            await using var scope = _scopes.CreateAsyncScope();
            var feed = scope.ServiceProvider.GetRequiredService<SignalFeed>();
            if (_known is not { } known)
            {
                await Begin(feed, ct);
            }
            else if (known.IsMostlyRemoved || known.IsSpoilt)
            {
                await ReadAll(feed, ct);
            }
            else
            {
                await Follow(known, feed, ct);
            }

            Interlocked.Exchange(ref _inStepAt, asked);
            _ready.TrySetResult();
        }
        finally
        {
            _following.Release();
        }
    }

    /// <summary>Starts to read, and waits for it as long as <see cref="MatchingSettings.StartWait"/> says.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(_ready.Task, Task.Delay(_settings.StartWait, cancellationToken));
    }

    public override void Dispose()
    {
        _following.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken before reading, so that no ring is missed.
            var changed = _bell.Next;
            try
            {
                await CatchUp(stoppingToken);
                SnapshotLater(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                _logger.LogError(failure, "The banks could not be read; matching goes on with what is in memory");
                changed = Task.Delay(Timeout.Infinite, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.WhenAny(changed, Task.Delay(_settings.Poll, stoppingToken));
        }
    }

    /// <summary>Writes a snapshot of what is in memory, if there is anything that the last one has not, and waits for it.</summary>
    public async Task SaveSnapshot(CancellationToken ct)
    {
        Task writing;
        long seq;
        await _following.WaitAsync(ct);
        try
        {
            if (_known is not { IsSpoilt: false } known || Seq == _snapshotSeq)
            {
                return;
            }

            seq = Seq;
            await using var scope = _scopes.CreateAsyncScope();
            var footprint = await scope.ServiceProvider.GetRequiredService<SignalFeed>().Footprint(seq, ct);
            writing = _snapshots.Write(seq, folder => known.Save(folder, seq, footprint, ct));
        }
        finally
        {
            _following.Release();
        }

        await writing;
        _snapshotSeq = seq; // a disk that was full is tried again
    }

    // One at a time, and nobody waits for it.
    private void SnapshotLater(CancellationToken ct)
    {
        if (!_snapshot.IsCompleted || _known is not { } known || Seq == _snapshotSeq || known.Count < _settings.SnapshotFrom
            || (_snapshotAt is { } last && _clock.GetElapsedTime(last) < _settings.SnapshotEvery))
        {
            return;
        }

        _snapshotAt = _clock.GetTimestamp();
        _snapshot = Task.Run(async () =>
        {
            try
            {
                await SaveSnapshot(ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                _logger.LogWarning(failure, "No snapshot of the signals could be written; the next start reads them from the database");
            }
        }, ct);
    }

    private async Task Begin(SignalFeed feed, CancellationToken ct)
    {
        if (await _snapshots.Newest(seq => feed.Footprint(seq, ct)) is not { } snapshot)
        {
            await ReadAll(feed, ct);
            return;
        }

        var (known, seq, farPdq, farText) = snapshot;
        var (banks, standings) = await feed.Terms(ct);
        known.Change(banks);
        known.Change(standings);
        var moving = from bank in banks
                     from of in ((Banks.SignalType, HashSet<int>)[])[(Banks.SignalType.Pdq, farPdq), (Banks.SignalType.Text, farText)]
                     let far = SignalIndexes.IsFar(of.Item1, bank)
                     where far != of.Item2.Contains(bank.Number)
                     select (bank, of.Item1, far);
        await Move(known, feed, moving, ct);
        Interlocked.Exchange(ref _seq, seq);
        (_snapshotSeq, _snapshotAt) = (seq, _clock.GetTimestamp());
        await Follow(known, feed, ct);
        _known = known;
        _logger.LogInformation("Matching knows {Pdq} PDQ hashes and {Digests} digests in {Banks} banks, from the snapshot of change {Seq}", known.PdqCount, known.DigestCount, known.BankCount, seq);
    }

    private async Task ReadAll(SignalFeed feed, CancellationToken ct)
    {
        var known = new Known();
        if (await feed.Since(0, ct) is { } all)
        {
            known.Change(all.Banks);
            known.Change(all.Standings);
            await known.Fill(all.Batches, to => feed.ReadAll(all.Batches, to, ct));
            Interlocked.Exchange(ref _seq, all.Seq);
            if (known.Count >= _settings.SnapshotFrom)
            {
                // Gathering took as much memory as is kept. It is given back before anybody asks; a quiet server would hold it for hours.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }

        _known = known;
        _logger.LogInformation("Matching knows {Pdq} PDQ hashes and {Digests} digests in {Banks} banks", known.PdqCount, known.DigestCount, known.BankCount);
    }

    private static async Task Move(Known known, SignalFeed feed, IEnumerable<(Bank Bank, SignalType Type, bool Far)> moving, CancellationToken ct)
    {
        foreach (var (bank, type, far) in moving)
        {
            await feed.ReadNear(bank.Number, type, signal => known.Move(signal, far), ct);
        }
    }

    private async Task Follow(Known known, SignalFeed feed, CancellationToken ct)
    {
        if (await feed.Since(Seq, ct) is not { } news)
        {
            return;
        }

        // Signals of a bank that will ask farther are moved before it does, those of one that will ask less after: every query finds all that it should.
        var moving = known.Moving(news.Banks).ToList();
        await Move(known, feed, moving.Where(m => m.Far), ct);
        known.Change(news.Banks);
        await Move(known, feed, moving.Where(m => !m.Far), ct);
        known.Change(news.Standings);

        // The small first: what was just decided does not wait behind a list of millions.
        foreach (var batch in news.Batches.Where(b => !known.Holds(b.Number)).OrderBy(b => b.Reserved))
        {
            await known.Add(batch, to => feed.Read(batch, to, ct));
        }

        foreach (var removed in news.Removed)
        {
            known.Remove(removed);
        }

        Interlocked.Exchange(ref _seq, news.Seq);
    }
}
