using System.Globalization;
using System.Runtime.CompilerServices;
using Jaga.Hashing;

namespace Jaga.Server.Cli.Bench;

/// <summary>The index of perceptual hashes: built, saved, opened, asked.</summary>
internal sealed class IndexSubject : ISubject
{
    private const int Radius = HammingIndex.DesignRadius;

    /// <summary>Bytes that measuring takes for each hash: those of the index twice, and the hashes themselves.</summary>
    private const int BytesToMeasure = (2 * HammingIndex.FullBytesPerHash) + PdqHash.Bytes + sizeof(int);

    public string Name => "index";

    public string What => "building, saving, opening and asking the index of hashes";

    public async IAsyncEnumerable<Result> Measure(Plan plan, Action<string> tell, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var size in plan.Sizes)
        {
            if ((long)size * BytesToMeasure > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            {
                tell($"{Clock.Text(size)} hashes take {Machine.Gigabytes((long)size * BytesToMeasure)} to measure: left out");
                continue;
            }

            foreach (var kind in Enum.GetValues<CrowdKind>())
            {
                await foreach (var result in Measure(plan, kind, size, HammingIndex.FullBytesPerHash, tell, ct))
                {
                    yield return result;
                }
            }

            await foreach (var result in Measure(plan, CrowdKind.Random, size, HammingIndex.CompactBytesPerHash, tell, ct))
            {
                yield return result;
            }
        }
    }

    private static async IAsyncEnumerable<Result> Measure(Plan plan, CrowdKind kind, int size, int bytesPerHash, Action<string> tell, [EnumeratorCancellation] CancellationToken ct)
    {
        var name = $"{Clock.Text(size)} {kind.ToString().ToLowerInvariant()}{(bytesPerHash < HammingIndex.FullBytesPerHash ? ", compact" : "")}";
        tell($"{name}: drawing hashes");
        var hashes = Crowd.Of(kind, size, seed: 1);
        var queries = Crowd.Queries(kind, hashes, plan.Quick ? 500 : 2_000);
        var values = new int[size];
        for (var i = 0; i < size; i++)
        {
            values[i] = i;
        }

        ct.ThrowIfCancellationRequested();
        tell($"{name}: building");
        var before = Machine.InUse();
        HammingIndex? index = null;
        yield return new($"{name}: built, all processors", Clock.Text(Clock.Once(() => index = new(hashes, values, bytesPerHash))));
        yield return new($"{name}: memory", string.Create(CultureInfo.InvariantCulture, $"{(Machine.InUse() - before) / (double)size:F0} bytes/hash"), "what the process has in use, after less before");

        ct.ThrowIfCancellationRequested();
        tell($"{name}: asking");
        foreach (var result in Ask(plan, name, index!, queries))
        {
            yield return result;
        }

        tell($"{name}: comparing with a linear scan");
        yield return Recall(name, index!, hashes, queries.AsMemory(0, plan.Quick ? 4 : 20));
        if (kind is CrowdKind.Random)
        {
            ct.ThrowIfCancellationRequested();
            tell($"{name}: saving and opening");
            var folder = Directory.CreateTempSubdirectory("jaga-bench-");
            try
            {
                var path = Path.Combine(folder.FullName, "index");
                var began = System.Diagnostics.Stopwatch.GetTimestamp();
                await index!.SaveAsync(path, cancellation: ct);
                yield return new($"{name}: saved, to the disk", Clock.Text(System.Diagnostics.Stopwatch.GetElapsedTime(began)), $"{new FileInfo(path).Length / 1_000_000} MB");
                HammingIndex? opened = null;
                yield return new($"{name}: opened and checked", Clock.Text(Clock.Once(() => opened = HammingIndex.Open(path, out _))), "the file was in the system's cache");
                yield return new($"{name}, opened: a query, one processor", Clock.Text(Clock.Time(plan.Rounds, Asking(opened!, queries))[0].Median / queries.Length));
            }
            finally
            {
                folder.Delete(recursive: true);
            }

            ct.ThrowIfCancellationRequested();
            tell($"{name}: asking while hashes are added");
            // Of a compact index, whose queries take many times as long, fewer.
            yield return await WhileAdding(name, index!, hashes, queries, plan.Quick || bytesPerHash < HammingIndex.FullBytesPerHash ? 2_000 : 20_000);
        }
    }

    private static IEnumerable<Result> Ask(Plan plan, string name, HammingIndex index, PdqHash[] queries)
    {
        var found = index.Find(queries, Radius).Sum(near => near.Length) / (double)queries.Length;
        var one = Clock.Time(plan.Rounds, Asking(index, queries))[0];
        yield return new(
            $"{name}: a query within {Radius}, one processor", Clock.Text(one.Median / queries.Length),
            string.Create(CultureInfo.InvariantCulture, $"fastest round {Clock.Text(one.Fastest / queries.Length)}; {found:F2} neighbours a query"));
        var batch = queries.AsMemory(0, Math.Min(1_000, queries.Length));
        var times = Clock.Time(plan.Rounds, () => index.Find(batch, Radius, processors: 1), () => index.Find(batch, Radius));
        yield return new(
            $"{name}: batches of {Clock.Text(batch.Length)}, all processors", $"{Clock.Text(batch.Length / times[1].Median.TotalSeconds)} queries/s",
            $"one processor {Clock.Text(batch.Length / times[0].Median.TotalSeconds)} queries/s");
    }

    // Whoever asks waits for nothing. What takes longer than without additions is the processor's share that these and their merges take: so it is told apart who made it wait,
    // and a thread that does not touch the index is timed in the same way.
    private static async Task<Result> WhileAdding(string name, HammingIndex index, PdqHash[] hashes, PdqHash[] queries, int times)
    {
        var near = new List<Neighbour>();
        void Asked(int i)
        {
            near.Clear();
            index.Find(queries[i % queries.Length], Radius, near);
        }

        var farthest = 0;
        void Beside(int i)
        {
            foreach (ref readonly var hash in hashes.AsSpan(0, Math.Min(4_000, hashes.Length)))
            {
                farthest = Math.Max(farthest, hash.DistanceTo(queries[i % queries.Length]));
            }
        }

        var alone = Waits.Times(times, Asked);
        var (asked, added) = await During(index, seed: 3, () => Waits.Times(times, Asked));
        var (beside, _) = await During(index, seed: 4, () => Waits.Times(times, Beside));
        return new(
            $"{name}: longest of {Clock.Text(times)} queries while hashes are added, all time by the clock", Clock.Text(asked.Longest()),
            $"{Clock.Text(asked.Where(a => !a.Ousted).Longest())} where the system left it its processor (it took it away in {asked.Count(a => a.Ousted)}); "
            + $"{Clock.Text(asked.Where(a => a.Waited).Longest())} where it waited for this process ({asked.Count(a => a.Waited)} times); 99.9 % within {Clock.Text(asked.Select(a => a.Took).Order().ElementAt(times * 999 / 1000))}; "
            + $"{Clock.Text(added)} added meanwhile; a thread beside the additions that asks nothing: {Clock.Text(beside.Longest())}; with nothing added: {Clock.Text(alone.Longest())}");
    }

    private static async Task<(Waits.Call[] Calls, int Added)> During(HammingIndex index, int seed, Func<Waits.Call[]> work)
    {
        var (added, more, end) = (0, Crowd.Of(CrowdKind.Random, 200_000, seed), new CancellationTokenSource());
        var adding = Task.Run(() =>
        {
            for (; added < more.Length && !end.IsCancellationRequested; added++)
            {
                index.Add(more[added], added);
            }
        });
        var calls = await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await end.CancelAsync();
        await adding;
        await index.SettleAsync();
        return (calls, added);
    }

    // Different queries one after the other: the same one again would find its hashes in the cache.
    private static Action Asking(HammingIndex index, PdqHash[] queries)
    {
        var near = new List<Neighbour>();
        return () =>
        {
            foreach (var query in queries)
            {
                near.Clear();
                index.Find(query, Radius, near);
            }
        };
    }

    private static Result Recall(string name, HammingIndex index, PdqHash[] hashes, ReadOnlyMemory<PdqHash> queries)
    {
        var found = index.Find(queries, Radius);
        long there = 0;
        Parallel.For(0, queries.Length, i =>
        {
            var query = queries.Span[i];
            var count = 0;
            foreach (ref readonly var hash in hashes.AsSpan())
            {
                count += hash.DistanceTo(query) <= Radius ? 1 : 0;
            }

            Interlocked.Add(ref there, count);
        });
        return new($"{name}: found of what a linear scan finds", $"{found.Sum(near => near.Length)} of {there}", $"{queries.Length} queries");
    }
}
