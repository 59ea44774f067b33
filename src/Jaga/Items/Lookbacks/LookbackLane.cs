using System.Runtime.InteropServices;
using Jaga.Items.Fingerprints;
using Jaga.Matching;

namespace Jaga.Items.Lookbacks;

/// <summary>
/// One thread of a look-back. It reads and compares by itself, so that its niceness and its rests are what the look-back takes of the machine; the little
/// that it writes goes the way of everybody's writes.
/// </summary>
internal sealed partial class LookbackLane(
    IServiceScopeFactory scopes, StorageSettings storage, LookbackLeases leases, Func<Id<Lookback>, Task<SoughtSignals>> sought, Matcher matcher, RecordLookback record,
    LookbackSettings settings, double duty, TimeProvider clock, LookbackMeter meter)
{
    /// <summary>Between two checkpoints: after a crash at most so much is searched again.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private const int MostBlocksBetween = 32;

    /// <summary>After one block, which is some 10 ms of work: one that had to wait for something else must not make the look-back stand still.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    private readonly Guid _me = Id<LookbackPart>.New(clock).Value;
    private readonly SoughtSignals.Desk _desk = new();
    private readonly List<int> _places = [];

    /// <summary>Searches parts until none is free. Ends early, at a checkpoint, when it is cancelled.</summary>
    /// <returns>Parts that it took.</returns>
    public Task<int> Run(CancellationToken ct)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                _ = SetPriority(Process, 0, settings.Nice);
                done.SetResult(Work(ct));
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        })
        { IsBackground = true, Name = "lookback" }.Start();
        return done.Task;
    }

    private int Work(CancellationToken ct)
    {
        var parts = 0;
        using var reader = new BlockReader(Wait(Storage.Open(storage, ct)));
        for (; !ct.IsCancellationRequested && Wait(leases.Take(_me, ct)) is { } part; parts++)
        {
            try
            {
                Search(part, Wait(sought(part.Lookback)), reader, ct);
            }
            finally
            {
                Wait(leases.Give(part, _me, CancellationToken.None));
            }
        }

        return parts;
    }

    private void Search(LookbackPart part, SoughtSignals signals, BlockReader reader, CancellationToken ct)
    {
        var (next, done, blocks, since) = (part.NextBlock, 0L, 0, clock.GetTimestamp());
        while (next <= part.LastBlock && !ct.IsCancellationRequested)
        {
            var started = clock.GetTimestamp();
            if (reader.Read(next, part.LastBlock, !signals.OnlyDigests))
            {
                Meet(part, signals, reader);
                (next, done, blocks) = (reader.Number + 1, done + reader.Heads.Length, blocks + 1);
                meter.Searched(reader.Heads.Length);
            }
            else
            {
                next = part.LastBlock + 1; // dropped meanwhile, being old
            }

            if (blocks >= MostBlocksBetween || clock.GetElapsedTime(since) >= Between)
            {
                if (!Wait(leases.Checkpoint(part, _me, next, done, ct)))
                {
                    return;
                }

                (done, blocks, since) = (0, 0, clock.GetTimestamp());
            }

            if (duty < 1)
            {
                var rest = clock.GetElapsedTime(started) * ((1 / duty) - 1);
                ct.WaitHandle.WaitOne(rest < LongestRest ? rest : LongestRest);
            }
        }

        Wait(leases.Checkpoint(part, _me, next, done, CancellationToken.None));
    }

    private void Meet(LookbackPart part, SoughtSignals signals, BlockReader reader)
    {
        _places.Clear();
        signals.Propose(reader.Heads, reader.Hashes, _desk, _places);
        if (_places.Count == 0)
        {
            return;
        }

        if (signals.OnlyDigests)
        {
            reader.Read(reader.Number, reader.Number, hashes: true); // an allow-list may know the picture
        }

        var heads = reader.Heads;
        var (proposed, at, hash) = (new List<(Id<Item> Item, byte[] Hashes)>(_places.Count), 0, 0);
        foreach (var place in _places)
        {
            for (; at < place; at++)
            {
                hash += heads[at].Hashes;
            }

            proposed.Add((heads[place].Item, reader.Hashes.Slice(hash * KeptHash.Bytes, heads[place].Hashes * KeptHash.Bytes).ToArray()));
        }

        Wait(Decide(part, signals, proposed));
    }

    // The matcher has the last word: it knows every bank's terms as they are now.
    private async Task<bool> Decide(LookbackPart part, SoughtSignals signals, List<(Id<Item> Item, byte[] Hashes)> proposed)
    {
        var ids = proposed.ConvertAll(p => p.Item);
        await using var scope = scopes.CreateAsyncScope();
        var items = await scope.ServiceProvider.GetRequiredService<Db>().Items.AsNoTracking().Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id);
        var hits = new List<LookbackHit>();
        foreach (var (id, hashes) in proposed)
        {
            if (items.TryGetValue(id, out var item) && LookbackHit.Of(item, hashes, matcher, signals.Holds) is { } hit)
            {
                hits.Add(hit);
            }
        }

        await record.Run(hits, part, CancellationToken.None);
        return hits.Count > 0;
    }

    // The thread is this lane's own; it has nothing else to do.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private const int Process = 0; // PRIO_PROCESS: on Linux, of the calling thread alone

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int nice);
}
