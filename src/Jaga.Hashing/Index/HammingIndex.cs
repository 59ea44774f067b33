namespace Jaga.Hashing;

/// <summary>
/// Every hash within a radius of a query, among any number of 256-bit hashes in memory: exact, never an approximation, and
/// always up to date with what was added and removed.
/// </summary>
/// <remarks>
/// <para>
/// Any number of threads may add, remove and find at once. Finding takes no lock and never waits: it works on a snapshot of a
/// few parts (<see cref="HammingSegment"/>) that do not change. What was added is in a short list that is scanned; when the
/// list is full it is merged in the background with parts of up to eight times its size, so that parts grow geometrically and
/// are few. What was removed is marked, and left out by the next merge.
/// </para>
/// <para>
/// About 100 bytes a hash when there are many, and once more as much while the largest part is merged. The cost of a query
/// grows much more slowly than the number of hashes up to <see cref="FastRadius"/>; beyond it every hash is compared.
/// </para>
/// </remarks>
public sealed class HammingIndex
{
    /// <summary>The largest radius for which not every hash is compared: the reference's recommendation for a match.</summary>
    public const int FastRadius = HammingLayout.LargestRadius;

    /// <summary>Added hashes that are scanned before they are worth a merge: about 10 µs of a query.</summary>
    internal const int LongestTail = 8192;

    private readonly Lock _writing = new();
    private volatile HammingSnapshot _now = HammingSnapshot.Empty();
    private HammingMerge? _merge;
    private Task _merging = Task.CompletedTask;
    private int _count;

    /// <summary>An index without hashes.</summary>
    public HammingIndex()
    {
    }

    /// <summary>An index of many hashes at once, each with its value: built on all processors before this returns.</summary>
    /// <exception cref="ArgumentException">There are not as many values as hashes.</exception>
    public HammingIndex(ReadOnlySpan<PdqHash> hashes, ReadOnlySpan<int> values)
    {
        if (hashes.Length != values.Length)
            throw new ArgumentException($"{hashes.Length} hashes need as many values, not {values.Length}.", nameof(values));
        if (hashes.IsEmpty)
            return;
        var rows = new HammingRows(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
            rows.Append(hashes[i], values[i]);
        _now = _now with { Segments = [new(rows, Environment.ProcessorCount)] };
        _count = hashes.Length;
    }

    /// <summary>Pairs of a hash and a value in the index.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Pairs in memory, those too that are removed and wait for a merge.</summary>
    internal int RowsHeld => _now.RowsHeld;

    /// <summary>
    /// Adds a hash with a value of the caller's; every query that starts after this returns finds it. A pair that is added
    /// twice is found twice.
    /// </summary>
    public void Add(in PdqHash hash, int value)
    {
        lock (_writing)
        {
            if (_now.Tail.IsFull)
                _now = _now with { Tail = _now.Tail.Enlarged() };
            _now.Tail.Append(hash, value);
            _count++;
            MergeLater();
        }
    }

    /// <summary>Removes a pair; no query that starts after this returns finds it. Of a pair that was added twice, one stays.</summary>
    /// <returns>False where the pair was not there.</returns>
    public bool Remove(in PdqHash hash, int value)
    {
        lock (_writing)
        {
            if (_now.Remove(hash, value) is not { } from)
                return false;
            _merge?.NoteRemoval(from, hash, value);
            _count--;
            MergeLater();
            return true;
        }
    }

    /// <summary>Appends every hash within the radius to a list, in no particular order.</summary>
    /// <param name="query">The hash to look round.</param>
    /// <param name="radius">The largest distance, 0 to 256 bits. Beyond <see cref="FastRadius"/> every hash is compared.</param>
    /// <param name="into">Where neighbours are appended; what it holds already stays.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or above 256.</exception>
    public void Find(in PdqHash query, int radius, List<Neighbour> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radius, PdqHash.Bits);
        _now.Find(query, radius, into);
    }

    /// <summary>Every hash within the radius, in no particular order.</summary>
    /// <param name="query">The hash to look round.</param>
    /// <param name="radius">The largest distance, 0 to 256 bits. Beyond <see cref="FastRadius"/> every hash is compared.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or above 256.</exception>
    public List<Neighbour> Find(in PdqHash query, int radius)
    {
        var neighbours = new List<Neighbour>();
        Find(query, radius, neighbours);
        return neighbours;
    }

    /// <summary>
    /// Waits until no merge is running or due. Only the speed of queries and the memory taken depend on it. Where the last merge
    /// failed for want of memory this fails as it did; the index is complete all the same, and the next addition tries again.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellation = default)
    {
        Task merging;
        do
            await (merging = CurrentMerge()).WaitAsync(cancellation);
        while (merging != CurrentMerge()); // a merge may leave another one due

        Task CurrentMerge()
        {
            lock (_writing)
                return _merging;
        }
    }

    /// <summary>Starts a merge where one is due and none is running. The caller holds the lock.</summary>
    private void MergeLater()
    {
        if (_merge is not null || (_now.Tail.Count < LongestTail && !_now.Segments.Any(segment => segment.Rows.IsMostlyRemoved)))
            return;
        _now = _now.WithClosedTail();
        var merge = _merge = HammingMerge.Of(_now);
        _merging = Task.Run(() => Run(merge));
    }

    private void Run(HammingMerge merge)
    {
        try
        {
            merge.Build(processors: Math.Max(1, Environment.ProcessorCount / 2)); // the others are for queries
        }
        finally
        {
            lock (_writing)
            {
                _merge = null;
                _now = merge.AppliedTo(_now);
                if (merge.IsBuilt)
                    MergeLater();
            }
        }
    }
}
