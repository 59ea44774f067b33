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
/// A hash takes at most <see cref="BytesPerHash"/> bytes when there are many, and once more as much while the largest part is merged.
/// The cost of a query grows much more slowly than the number of hashes: it is made small for a radius of
/// <see cref="DesignRadius"/>, grows with the radius, and is never more than that of comparing every hash.
/// </para>
/// </remarks>
public sealed class HammingIndex
{
    /// <summary>The radius for which tables are laid out: the reference's recommendation for a match.</summary>
    public const int DesignRadius = HammingLayout.DesignRadius;

    /// <summary>Bytes per hash that are enough for the full speed.</summary>
    public const int FullBytesPerHash = 128;

    /// <summary>Bytes per hash that some tables fit in with up to a hundred million hashes, for some ten times the time of a query.</summary>
    public const int CompactBytesPerHash = 70;

    /// <summary>Added hashes that are scanned before they are worth a merge: about 10 µs of a query.</summary>
    internal const int LongestTail = 8192;

    /// <summary>Queries of a batch that one processor takes at a time.</summary>
    private const int QueriesAtOnce = 16;

    private readonly Lock _writing = new();
    private volatile HammingSnapshot _now = HammingSnapshot.Empty();
    private HammingMerge? _merge;
    private Task _merging = Task.CompletedTask;
    private int _count;

    /// <summary>An index without hashes.</summary>
    /// <param name="bytesPerHash">See <see cref="BytesPerHash"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are fewer than <see cref="CompactBytesPerHash"/>.</exception>
    public HammingIndex(int bytesPerHash = FullBytesPerHash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerHash, CompactBytesPerHash);
        BytesPerHash = bytesPerHash;
    }

    /// <summary>An index of many hashes at once: built on all processors before this returns.</summary>
    /// <param name="hashes">The hashes.</param>
    /// <param name="values">A value for each.</param>
    /// <param name="bytesPerHash">See <see cref="BytesPerHash"/>.</param>
    /// <exception cref="ArgumentException">There are not as many values as hashes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are fewer than <see cref="CompactBytesPerHash"/>.</exception>
    public HammingIndex(ReadOnlySpan<PdqHash> hashes, ReadOnlySpan<int> values, int bytesPerHash = FullBytesPerHash)
        : this(bytesPerHash)
    {
        if (hashes.Length != values.Length)
            throw new ArgumentException($"{hashes.Length} hashes need as many values, not {values.Length}.", nameof(values));
        if (hashes.IsEmpty)
            return;
        var rows = new HammingRows(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
            rows.Append(hashes[i], values[i]);
        _now = _now with { Segments = [new(rows, bytesPerHash, Environment.ProcessorCount)] };
        _count = hashes.Length;
    }

    /// <summary>
    /// The most memory, in bytes, that a hash with its value takes where there are many; <see cref="CompactBytesPerHash"/> or more.
    /// Tables are laid out as fast as they can be in it.
    /// </summary>
    public int BytesPerHash { get; }

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
    /// <param name="radius">The largest distance, 0 to 256 bits.</param>
    /// <param name="into">Where neighbours are appended; what it holds already stays.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or above 256.</exception>
    public void Find(in PdqHash query, int radius, List<Neighbour> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radius, PdqHash.Bits);
        var now = _now;
        now.Find(query, radius, into);
        GC.KeepAlive(now); // and with it a mapped file
    }

    /// <summary>Every hash within the radius, in no particular order.</summary>
    /// <param name="query">The hash to look round.</param>
    /// <param name="radius">The largest distance, 0 to 256 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or above 256.</exception>
    public List<Neighbour> Find(in PdqHash query, int radius)
    {
        var neighbours = new List<Neighbour>();
        Find(query, radius, neighbours);
        return neighbours;
    }

    /// <summary>Every hash within the radius of each of many queries, on several processors at once.</summary>
    /// <remarks>All queries look at the index as it is at one moment.</remarks>
    /// <param name="queries">The hashes to look round.</param>
    /// <param name="radius">The largest distance, 0 to 256 bits.</param>
    /// <param name="processors">How many processors to use; 0, the default, for all there are.</param>
    /// <param name="cancellation">Gives up between queries.</param>
    /// <returns>For each query, in their order, its neighbours in no particular order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or above 256, or the processors are negative.</exception>
    public Neighbour[][] Find(ReadOnlyMemory<PdqHash> queries, int radius, int processors = 0, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radius, PdqHash.Bits);
        ArgumentOutOfRangeException.ThrowIfNegative(processors);
        var now = _now;
        var found = new Neighbour[queries.Length][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = processors == 0 ? Environment.ProcessorCount : processors, CancellationToken = cancellation };
        Parallel.For(0, (queries.Length + QueriesAtOnce - 1) / QueriesAtOnce, options, () => new List<Neighbour>(), (part, _, into) =>
        {
            for (var i = part * QueriesAtOnce; i < Math.Min(queries.Length, (part + 1) * QueriesAtOnce); i++)
            {
                into.Clear();
                now.Find(queries.Span[i], radius, into);
                found[i] = [.. into];
            }
            return into;
        }, _ => { });
        GC.KeepAlive(now);
        return found;
    }

    /// <summary>
    /// Writes what is in the index at this moment to a file, from which <see cref="Open"/> makes an index in no time. What is added
    /// and removed after this is called, even before the task is done, is not in it, and waits for nothing.
    /// </summary>
    /// <remarks>
    /// The file is written under the name with <c>.new</c> behind it, brought to the disk, and then takes the place of an older
    /// one: at no time is there half a snapshot under the name. It is readable by its owner only, and of use to this version of
    /// the library on processors with the same order of bytes.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="note">Anything the caller wants back from <see cref="Open"/>: up to what the index was in step, say.</param>
    /// <param name="cancellation">Gives up; the older file stays.</param>
    /// <exception cref="IOException">The file cannot be written, or another snapshot is just being written to it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public Task SaveAsync(string path, ReadOnlyMemory<byte> note = default, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        HammingImage image;
        lock (_writing)
            image = new(_now);
        return Task.Run(() => image.Save(path, note.Span, cancellation), cancellation);
    }

    /// <summary>
    /// An index from a file that <see cref="SaveAsync"/> wrote: mapped into memory, not read and built again. All of it is
    /// checked first.
    /// </summary>
    /// <remarks>The file may be replaced or deleted while the index is in use, but not shortened or overwritten in place.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="note">What the caller of <see cref="SaveAsync"/> gave along.</param>
    /// <param name="bytesPerHash">See <see cref="BytesPerHash"/>; for what is added. Tables in the file stay as they are until they are merged.</param>
    /// <exception cref="InvalidDataException">
    /// The file is torn, altered, something else, or of another version or order of bytes; the message says which. Build the index
    /// anew, and save it over this.
    /// </exception>
    /// <exception cref="IOException">The file is not there (<see cref="FileNotFoundException"/>) or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static HammingIndex Open(string path, out byte[] note, int bytesPerHash = FullBytesPerHash)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = IndexReader.Open(IndexHeader.Hamming, path);
        var index = new HammingIndex(bytesPerHash) { _now = HammingImage.Open(file, out note), _count = file.Count };
        lock (index._writing)
            index.MergeLater();
        return index;
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
            merge.Build(BytesPerHash, processors: Math.Max(1, Environment.ProcessorCount / 2)); // the others are for queries
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
